//! Embeddings and recurrent layers.

use super::{Case, case, padded, torch};
use runner::nn::Chain;
use runner::nn::embedding::Embedding;
use runner::nn::gru::Gru;
use runner::nn::linear::{Identity, Linear, NoBias, WithBias};
use runner::nn::lstm::Lstm;
use runner::nn::per_step::PerStep;
use runner::nn::recurrent::{All, Embedded, Last, Recurrent};
use runner::nn::relu::ReLU;
use runner::nn::rnn::Rnn;
use runner::nn::tanh::Tanh;

pub fn cases() -> Vec<Case> {
    vec![
        case::<Embedding<1, 1, 1, 1>>("embedding", &[]),
        case::<Embedding<7, 5, 3, 5>>("embedding", &[]),
        padded(case::<Embedding<7, 5, 3, 2>>("embedding", &[])),
        torch::<Embedding<5, 7, 3, 7>>("embedding", &[], "embedding"),
        padded(torch::<Embedding<5, 7, 3, 2>>("embedding", &[], "embedding_padding")),
        case::<Recurrent<Rnn<Tanh>, 1, 1, 1, 1, 1, WithBias, All>>("rnn", &[0.0]),
        case::<Recurrent<Rnn<Tanh>, 5, 3, 7, 7, 1, NoBias, Last>>("rnn", &[0.0]),
        case::<Recurrent<Rnn<Tanh>, 4, 3, 5, 10, 2, WithBias, All>>("rnn", &[0.4]),
        case::<Embedded<Embedding<6, 9, 5, 9>, Recurrent<Rnn<Tanh>, 6, 5, 4, 4, 1, WithBias, All>>>("rnn", &[0.0]),
        torch::<Recurrent<Rnn<Tanh>, 4, 3, 5, 5, 1, WithBias, All>>("rnn", &[0.0], "rnn"),
        torch::<Recurrent<Rnn<ReLU>, 4, 3, 5, 5, 1, NoBias, All>>("rnn", &[0.0], "rnn_relu"),
        case::<Recurrent<Lstm, 1, 1, 1, 1, 1, WithBias, All>>("lstm", &[0.0]),
        case::<Recurrent<Lstm, 5, 7, 33, 33, 1, WithBias, All>>("lstm", &[0.0]),
        case::<Recurrent<Lstm, 5, 3, 16, 32, 1, NoBias, Last>>("lstm", &[0.0]),
        case::<Recurrent<Lstm, 3, 5, 7, 14, 3, WithBias, Last>>("lstm", &[0.3]),
        case::<Recurrent<Lstm, 3, 1, 9, 9, 2, WithBias, All>>("lstm", &[0.3]),
        padded(case::<
            Embedded<Embedding<5, 9, 3, 2>, Recurrent<Lstm, 5, 3, 7, 7, 1, WithBias, All>>,
        >("lstm", &[0.0])),
        case::<Embedded<Embedding<3, 4, 5, 4>, Recurrent<Lstm, 3, 5, 3, 6, 2, NoBias, Last>>>("lstm", &[0.5]),
        torch::<Recurrent<Lstm, 4, 3, 5, 5, 1, WithBias, All>>("lstm", &[0.0], "lstm"),
        torch::<Recurrent<Lstm, 4, 3, 5, 10, 2, WithBias, All>>("lstm", &[0.0], "lstm_stacked"),
        torch::<
            Chain<
                Embedded<Embedding<5, 7, 3, 7>, Recurrent<Lstm, 5, 3, 5, 5, 1, WithBias, All>>,
                PerStep<5, Linear<5, 7, WithBias, Identity>>,
            >,
        >("lstm", &[0.0], "embedding_lstm"),
        case::<Recurrent<Gru, 1, 1, 1, 1, 1, WithBias, All>>("gru", &[0.0]),
        case::<Recurrent<Gru, 5, 7, 33, 33, 1, WithBias, All>>("gru", &[0.0]),
        case::<Recurrent<Gru, 5, 3, 16, 32, 1, NoBias, Last>>("gru", &[0.0]),
        case::<Recurrent<Gru, 3, 5, 7, 14, 3, WithBias, All>>("gru", &[0.3]),
        padded(case::<
            Embedded<Embedding<5, 9, 3, 2>, Recurrent<Gru, 5, 3, 7, 14, 1, WithBias, All>>,
        >("gru", &[0.0])),
        torch::<Recurrent<Gru, 4, 3, 5, 5, 1, WithBias, All>>("gru", &[0.0], "gru"),
        torch::<Recurrent<Gru, 4, 3, 5, 10, 2, WithBias, All>>("gru", &[0.0], "gru_stacked"),
        padded(torch::<
            Embedded<Embedding<5, 7, 3, 0>, Recurrent<Gru, 5, 3, 5, 5, 1, WithBias, All>>,
        >("gru", &[0.0], "embedding_gru")),
    ]
}
