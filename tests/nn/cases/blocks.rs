//! Blocks that hold other layers.

use super::{Case, case, torch};
use dfdx::shapes::{Rank1, Rank2, Rank3};
use runner::nn::Chain;
use runner::nn::activation::Activate;
use runner::nn::batch_norm::BatchNorm;
use runner::nn::conv2d::Conv2d;
use runner::nn::convolution::Taps;
use runner::nn::dropout::Dropout;
use runner::nn::gelu::Gelu;
use runner::nn::global_avg_pool::GlobalAvgPool;
use runner::nn::gru::Gru;
use runner::nn::layer_norm::LayerNorm;
use runner::nn::leaky_relu::LeakyReLU;
use runner::nn::linear::{Identity, Linear, NoBias, WithBias};
use runner::nn::lstm::Lstm;
use runner::nn::parallel::{Concat, Parallel, Sum};
use runner::nn::per_step::PerStep;
use runner::nn::recurrent::{All, Recurrent};
use runner::nn::relu::ReLU;
use runner::nn::residual::{Residual, Skip};
use runner::nn::tanh::Tanh;

pub fn cases() -> Vec<Case> {
    vec![
        case::<Residual<Linear<9, 9, WithBias, ReLU>, Skip<Rank1<9>>>>("residual", &[]),
        case::<
            Residual<
                Chain<Linear<9, 5, WithBias, Tanh>, Linear<5, 7, NoBias, Identity>>,
                Chain<Linear<9, 7, NoBias, Identity>, BatchNorm<Rank1<7>>>,
            >,
        >("residual", &[1e-3, 0.1]),
        case::<Residual<Chain<LayerNorm<Rank3<2, 3, 3>>, BatchNorm<Rank3<2, 3, 3>>>, Skip<Rank3<2, 3, 3>>, Tanh>>(
            "residual",
            &[1e-1, 0.1],
        ),
        case::<
            Residual<
                Chain<Linear<9, 7, NoBias, Identity>, BatchNorm<Rank1<7>, Tanh>>,
                Chain<Linear<9, 7, NoBias, Identity>, BatchNorm<Rank1<7>>>,
                LeakyReLU,
            >,
        >("residual", &[1e-1, 0.1, 1e-1, 0.1, 0.2]),
        case::<Residual<Chain<Dropout<Rank3<2, 3, 3>>, Activate<Rank3<2, 3, 3>, Gelu>>, Dropout<Rank3<2, 3, 3>>>>(
            "residual",
            &[0.3, 0.4],
        ),
        // The gradients of an input that a recurrent layer shares with others, here and below.
        case::<Residual<Recurrent<Gru, 4, 3, 3, 3, 1, WithBias, All>, Skip<Rank2<4, 3>>>>("residual", &[0.0]),
        torch::<Residual<BatchNorm<Rank3<2, 3, 2>>, Skip<Rank3<2, 3, 2>>, ReLU>>(
            "residual",
            &[1e-5, 0.1],
            "residual_relu",
        ),
        torch::<
            Chain<
                Residual<Chain<Linear<5, 6, WithBias, ReLU>, Linear<6, 5, WithBias, Identity>>, Skip<Rank1<5>>>,
                Activate<Rank1<5>, ReLU>,
            >,
        >("residual", &[], "residual"),
        torch::<
            Chain<
                Linear<5, 5, WithBias, Tanh>,
                Residual<Chain<Linear<5, 6, WithBias, Identity>, BatchNorm<Rank1<6>>>, Linear<5, 6, NoBias, Identity>>,
            >,
        >("residual", &[1e-5, 0.1], "residual_shortcut"),
        case::<Parallel<Linear<9, 5, WithBias, ReLU>, Linear<9, 7, NoBias, Tanh>, Concat<Rank1<12>, 5, 7>, 0, 1>>(
            "parallel",
            &[],
        ),
        case::<
            Parallel<
                Dropout<Rank3<2, 3, 3>>,
                Parallel<
                    BatchNorm<Rank3<2, 3, 3>>,
                    Activate<Rank3<2, 3, 3>, Gelu>,
                    Concat<Rank3<4, 3, 3>, 18, 18>,
                    1,
                    1,
                >,
                Concat<Rank3<6, 3, 3>, 18, 36>,
                0,
                2,
            >,
        >("parallel", &[0.3, 1e-1, 0.1]),
        case::<
            Parallel<
                PerStep<4, Linear<3, 2, WithBias, Tanh>>,
                Activate<Rank2<4, 3>, ReLU>,
                Concat<Rank2<4, 5>, 2, 3>,
                0,
                1,
            >,
        >("parallel", &[]),
        case::<
            Parallel<
                Recurrent<Lstm, 4, 3, 5, 5, 1, WithBias, All>,
                PerStep<4, Linear<3, 2, WithBias, Tanh>>,
                Concat<Rank2<4, 7>, 5, 2>,
                0,
                1,
            >,
        >("parallel", &[0.0]),
        case::<Parallel<Linear<9, 6, WithBias, ReLU>, Linear<9, 6, NoBias, Identity>, Sum<Rank1<6>>, 0, 1>>(
            "parallel",
            &[],
        ),
        torch::<
            Chain<
                Parallel<
                    Conv2d<Rank3<2, 4, 5>, Rank3<3, 4, 5>, Taps<1, 1, 0, 1>, 1, WithBias, ReLU>,
                    Parallel<
                        Chain<
                            Conv2d<Rank3<2, 4, 5>, Rank3<2, 4, 5>, Taps<3, 1, 1, 1>, 1, NoBias, Identity>,
                            BatchNorm<Rank3<2, 4, 5>>,
                        >,
                        Activate<Rank3<2, 4, 5>, Tanh>,
                        Concat<Rank3<4, 4, 5>, 40, 40>,
                        1,
                        1,
                    >,
                    Concat<Rank3<7, 4, 5>, 60, 80>,
                    0,
                    2,
                >,
                GlobalAvgPool<7, 4, 5>,
            >,
        >("parallel", &[1e-5, 0.1], "parallel"),
        torch::<Parallel<Linear<5, 3, WithBias, ReLU>, Linear<5, 3, NoBias, Identity>, Sum<Rank1<3>>, 0, 1>>(
            "parallel",
            &[],
            "parallel_sum",
        ),
    ]
}
