//! Short messages that a grammar makes up: what may stand in for real ones on a machine without a network. They are
//! the same everywhere, as those of a file are.

use rand_core::Rng;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::rows::Rows;
use runner_ground::random::{Key, Purpose};

/// Messages of each class, in the order of the classes.
pub(super) const COUNTS: [usize; 2] = [1720, 280];

const FRIENDS: &[&str] = &[
    "mum", "Tom", "Priya", "da", "babe", "Li Wei", "dear", "Sam", "everyone", "Aunty Jo",
];
const PLACES: &[&str] = &[
    "the gym",
    "town",
    "my place",
    "the library",
    "work",
    "the bus stop",
    "class",
    "Bugis",
];
const TIMES: &[&str] = &[
    "at 7",
    "later",
    "tmr",
    "after lunch",
    "in 10 mins",
    "tonight",
    "on Sat",
    "when u wake up",
];
const THINGS: &[&str] = &[
    "dinner",
    "the notes",
    "a film",
    "your call",
    "the keys",
    "some tea",
    "the exam",
    "the car",
];
const MOODS: &[&str] = &["lol", "ok?", "haha", ":)", "sorry", "really", "no worries", "k", "..."];
const PRIZES: &[&str] = &[
    "£1000 cash",
    "a free phone",
    "2 tickets",
    "£250 vouchers",
    "a holiday for 2",
    "free ringtones",
];
const URGES: &[&str] = &[
    "URGENT!",
    "WINNER!!",
    "Congratulations!",
    "Final notice:",
    "FREE entry!",
    "Dear customer,",
];

/// All of them, in an order that mixes the classes.
pub(super) fn rows() -> Rows {
    let key = Key::new(0).purpose(Purpose::Generate);
    let mut writer = Writer(key.stream());
    let [ham, spam] = COUNTS;
    let written = |class: usize| {
        if class < ham {
            ("ham", Writer::ham as fn(&mut Writer) -> String)
        } else {
            ("spam", Writer::spam as _)
        }
    };
    let order = key.at(1).permutation(ham + spam);
    let rows = order.into_iter().map(|place| {
        let (label, write) = written(place as usize);
        (write(&mut writer), label.to_owned())
    });
    let (texts, labels) = rows.unzip();
    Rows {
        file: "made-up messages".into(),
        texts,
        labels,
        lines: (1..=(ham + spam) as u64).collect(),
        blank: 0,
    }
}

struct Writer(Xoshiro256PlusPlus);

impl Writer {
    fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.0.next_u64()) * n as u128) >> 64) as usize
    }

    fn one(&mut self, of: &[&'static str]) -> &'static str {
        of[self.below(of.len())]
    }

    /// A number of `count` digits, the first of which is not 0.
    fn digits(&mut self, count: u32) -> String {
        let least = 10usize.pow(count - 1);
        (least + self.below(9 * least)).to_string()
    }

    /// What friends write. Some of it has what spam has, too: numbers, prices, "free", "call".
    fn ham(&mut self) -> String {
        let (friend, place, time) = (self.one(FRIENDS), self.one(PLACES), self.one(TIMES));
        let (thing, other, mood) = (self.one(THINGS), self.one(THINGS), self.one(MOODS));
        let first = match self.below(10) {
            0 => format!("Hey {friend}, r u free {time}? We could get {thing}"),
            1 => format!("I'm at {place} now, will call u {time} {mood}"),
            2 => format!("Did u remember {thing}? I left mine at {place}"),
            3 => format!("Ok lor. See u {time} at {place}"),
            4 => format!("{mood} i forgot {thing} again, tell {friend} i come {time}"),
            5 => format!("{friend} says {thing} costs £{} now {mood}", self.digits(1)),
            6 => format!("Can you pick up {thing} and {other} {time}?"),
            7 => format!("My number is 0{} now, txt me {time}", self.digits(9)),
            8 => format!("So tired after {thing} {mood} going home {time}"),
            _ => format!("Happy birthday {friend}! {thing} {time} at {place}?"),
        };
        match self.below(3) {
            0 => format!("{first}. {mood}"),
            _ => first,
        }
    }

    /// What is sent to thousands.
    fn spam(&mut self) -> String {
        let (urge, prize) = (self.one(URGES), self.one(PRIZES));
        let (long, short, code) = (self.digits(9), self.digits(4), self.digits(5));
        match self.below(5) {
            0 => format!("{urge} You have won {prize}. Call 0{long} now to claim. Code {code}"),
            1 => format!("{urge} Txt WIN to 8{short} for {prize}, 150p/msg, 18+"),
            2 => format!("Your mobile was chosen to receive {prize}! Call 0{long} from a landline. T&Cs apply"),
            3 => format!("{urge} reply YES to {code} and get {prize} every week. To stop txt STOP"),
            _ => format!("We tried to contact u about {prize}. Claim before 31/12, call 0{long}. Only 10p a min"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_the_same_again_and_of_known_characters() {
        let (rows, again) = (rows(), super::rows());
        assert_eq!(rows.texts, again.texts);
        let spam = rows.labels.iter().filter(|label| *label == "spam").count();
        assert_eq!([rows.labels.len() - spam, spam], COUNTS);
        let known = |text: &String| {
            text.chars()
                .all(|character| super::super::sms_spam::CHARACTERS.contains(character))
        };
        assert!(rows.texts.iter().all(known));
        let distinct: std::collections::HashSet<&String> = rows.texts.iter().collect();
        assert!(distinct.len() > 1500, "{} different messages", distinct.len());
    }
}
