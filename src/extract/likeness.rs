//! How far what a recogniser wrote is from a name: by its sound, and letter by letter where it was spelled.
//!
//! Owns which sounds and which letters' names are taken for each other, in English and in Polish. Must not know how
//! often a name was heard nor which one is taken.
//!
//! Distances are counted in whole mistakes: 1.0 is one letter or sound that nobody would take for the other.

use super::folded::folded;

/// Same letters written in two ways that sound alike: Catherine and Katherine.
const HOMOPHONE: f64 = 0.1;
/// Beyond this a heard name tells nothing of the one that was meant.
const UNLIKE: f64 = 2.5;
/// Beyond this share of its letters a spelling is noise.
const NOISE: f64 = 0.5;
/// A letter said and not written down, and one written down that nobody said.
const LOST: f64 = 0.8;
const ADDED: f64 = 0.9;
/// The same for one of two equal letters behind each other.
const DOUBLED: f64 = 0.3;
/// What each letter behind a spelling that ended early costs, and all of them at most.
const UNSAID: f64 = 0.12;
const MOST_UNSAID: f64 = 0.5;

/// Letters whose names sound alike: any of a group may be written for any other.
const GROUPS: [(&str, f64); 8] = [
    ("bcdegptvwz", 0.45),
    ("ahjk8", 0.5),
    ("fsx", 0.4),
    ("mn", 0.35),
    ("lmn", 0.7),
    ("qu", 0.5),
    ("ktp", 0.6),
    ("iy", 0.8),
];
/// A letter that was said, and what is written for it: the name of the Polish "i" is that of the English "e".
const HEARD_AS: [(char, char, f64); 9] = [
    ('i', 'e', 0.35),
    ('j', 'i', 0.4),
    ('j', 'y', 0.5),
    ('ó', 'u', 0.4),
    ('y', 'e', 0.6),
    ('w', 'v', 0.3),
    ('e', 'i', 0.5),
    ('ą', 'o', 0.5),
    ('ę', 'e', 0.1),
];

/// A name by its sound, once as English and once as Polish: what a recogniser cannot tell apart is written alike.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Sound {
    /// None of a Polish name.
    english: Option<String>,
    polish: String,
}

/// Is it written as only Polish names are?
pub(super) fn is_polish(letters: &str) -> bool {
    const INSIDE: [&str; 11] = ["sz", "cz", "rz", "ł", "ż", "ś", "ć", "ń", "ź", "ą", "ę"];
    const ENDS: [&str; 7] = ["niak", "iak", "ski", "ska", "cki", "cka", "wicz"];
    INSIDE.iter().any(|s| letters.contains(s)) || ENDS.iter().any(|s| letters.ends_with(s))
}

/// The sound of a name in small letters; as Polish alone where its bearer is a Pole.
pub(super) fn sound(letters: &str, of_a_pole: bool) -> Sound {
    let alone = of_a_pole || is_polish(letters);
    Sound { english: (!alone).then(|| english(letters)), polish: polish(letters) }
}

impl Sound {
    /// How many mistakes lie between what was heard and what was meant, where their letters differ.
    pub(super) fn apart(&self, other: &Self) -> f64 {
        let apart = |(a, b): (&str, &str)| if a == b { HOMOPHONE } else { HOMOPHONE + weighed(a, b) };
        self.pairs(other).map(apart).fold(UNLIKE, f64::min)
    }

    /// How much the two have in common, from 0 to 1.
    pub(super) fn alike(&self, other: &Self) -> f64 {
        self.pairs(other).map(|(a, b)| alike(a, b)).fold(0.0, f64::max)
    }

    /// Both as English where both may be, and both as Polish.
    fn pairs<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let english = self.english.as_deref().zip(other.english.as_deref());
        english.into_iter().chain([(&*self.polish, &*other.polish)])
    }
}

/// How much two words have in common, from 0 to 1.
pub(super) fn alike(a: &str, b: &str) -> f64 {
    let n = a.chars().count().max(b.chars().count());
    if n == 0 {
        return 0.0;
    }
    #[expect(clippy::cast_precision_loss, reason = "words are short")]
    let share = strsim::levenshtein(a, b) as f64 / n as f64;
    1.0 - share
}

/// Mistakes between two sounds: a vowel for a vowel is half of one.
fn weighed(a: &str, b: &str) -> f64 {
    let vowel = |c: char| matches!(c, 'a' | 'e' | 'i' | 'o' | 'u');
    let kind = |c: char| match c {
        'b' | 'p' => 1,
        'd' | 't' => 2,
        'g' | 'k' => 3,
        'm' | 'n' => 4,
        'f' | 's' => 5,
        'l' | 'r' | 'w' => 6,
        _ => 0,
    };
    edits(
        &a.chars().collect::<Vec<_>>(),
        &b.chars().collect::<Vec<_>>(),
        |x, y| {
            let near = vowel(x) && vowel(y) || kind(x) > 0 && kind(x) == kind(y);
            if near { 0.6 } else { 1.0 }
        },
        |_, c| if vowel(c) { 0.8 } else { 1.0 },
        |_, c| if vowel(c) { 0.8 } else { 1.0 },
    )
    .last()
    .copied()
    .unwrap_or(0.0)
}

/// How many mistakes lie between a spelling and the name that was spelled, its first letters or all of them.
pub(super) fn spelled_apart(spelled: &[char], meant: &[char]) -> f64 {
    let row = row(spelled, meant);
    let mut best = f64::MAX;
    for (j, cost) in row.iter().enumerate().skip(1) {
        #[expect(clippy::cast_precision_loss, reason = "names are short")]
        let unsaid = ((meant.len() - j) as f64 * UNSAID).min(MOST_UNSAID);
        best = best.min(cost + unsaid);
    }
    #[expect(clippy::cast_precision_loss, reason = "names are short")]
    let noise = spelled.len() as f64 * NOISE + 0.5;
    best.min(noise)
}

/// How far a name is from the beginning of a spelling.
pub(super) fn begins_apart(spelled: &[char], name: &[char]) -> f64 {
    let from = name.len().saturating_sub(2).max(1);
    let mut best = f64::MAX;
    for n in from..=(name.len() + 2).min(spelled.len()) {
        best = best.min(row(&spelled[..n], name).last().copied().unwrap_or(f64::MAX));
    }
    best
}

/// How far a name is from the end of a spelling.
pub(super) fn ends_apart(spelled: &[char], name: &[char]) -> f64 {
    let turned = |chars: &[char]| chars.iter().rev().copied().collect::<Vec<_>>();
    begins_apart(&turned(spelled), &turned(name))
}

/// The distances of the whole spelling from every beginning of the name.
fn row(spelled: &[char], meant: &[char]) -> Vec<f64> {
    edits(
        meant,
        spelled,
        letter,
        |before, c| if before == Some(c) { DOUBLED } else { LOST },
        |before, c| if before == Some(c) { DOUBLED } else { ADDED },
    )
}

/// What it costs that `written` stands for the letter `said`.
fn letter(said: char, written: char) -> f64 {
    let folded = |c: char| folded(c.encode_utf8(&mut [0; 4]), false).chars().next().unwrap_or(c);
    let plain = |c: char| if c.is_ascii() { c } else { folded(c) };
    if let Some((_, _, cost)) = HEARD_AS.iter().find(|(s, w, _)| *s == said && *w == written) {
        return *cost;
    }
    let (said, written) = (plain(said), plain(written));
    if said == written {
        return 0.1;
    }
    let one = HEARD_AS.iter().filter(|(s, w, _)| *s == said && *w == written).map(|(_, _, cost)| *cost);
    let group = GROUPS.iter().filter(|(g, _)| g.contains(said) && g.contains(written)).map(|(_, cost)| *cost);
    one.chain(group).fold(1.0, f64::min)
}

/// The costs of turning every beginning of `from` into the whole of `to`; `lost` of a letter of `from`, `added` of one of `to`,
/// each with the letter before it.
fn edits(
    from: &[char],
    to: &[char],
    other: impl Fn(char, char) -> f64,
    lost: impl Fn(Option<char>, char) -> f64,
    added: impl Fn(Option<char>, char) -> f64,
) -> Vec<f64> {
    let mut column = vec![0.0; from.len() + 1];
    for i in 0..from.len() {
        column[i + 1] = column[i] + lost(i.checked_sub(1).map(|k| from[k]), from[i]);
    }
    for (j, &c) in to.iter().enumerate() {
        let more = added(j.checked_sub(1).map(|k| to[k]), c);
        let mut diagonal = column[0];
        column[0] += more;
        for i in 0..from.len() {
            let swap = diagonal + if from[i] == c { 0.0 } else { other(from[i], c) };
            let less = column[i] + lost(i.checked_sub(1).map(|k| from[k]), from[i]);
            diagonal = column[i + 1];
            column[i + 1] = swap.min(column[i + 1] + more).min(less);
        }
    }
    column
}

fn english(word: &str) -> String {
    const ALIKE: [(&str, &str); 27] = [
        ("ph", "f"),
        ("grey", "grai"),
        ("uw", "u"),
        ("v", "f"),
        ("ck", "k"),
        ("qu", "k"),
        ("x", "ks"),
        ("z", "s"),
        ("th", "t"),
        ("gh", ""),
        ("kn", "n"),
        ("wr", "r"),
        ("mb", "m"),
        ("ey", "i"),
        ("ei", "i"),
        ("ay", "ai"),
        ("y", "i"),
        ("ie", "i"),
        ("ee", "i"),
        ("ea", "i"),
        ("ou", "u"),
        ("oo", "u"),
        ("aw", "a"),
        ("au", "a"),
        ("c", "k"),
        ("ps", "s"),
        ("mps", "ms"),
    ];
    let mut out = String::new();
    for c in ALIKE.iter().fold(word.to_owned(), |s, (from, to)| s.replace(from, to)).chars() {
        let silent = c == 'h' && !out.is_empty() && !out.ends_with('s');
        if !out.ends_with(c) && !silent {
            out.push(c);
        }
    }
    if out.len() > 3 && out.ends_with('e') {
        out.pop();
    }
    out
}

fn polish(word: &str) -> String {
    const ALIKE: [(&str, &str); 20] = [
        ("ó", "u"),
        ("rz", "ż"),
        ("ch", "h"),
        ("ą", "om"),
        ("ę", "em"),
        ("ś", "si"),
        ("ć", "ci"),
        ("ź", "zi"),
        ("ń", "n"),
        ("w", "f"),
        ("v", "f"),
        ("x", "ks"),
        ("qu", "k"),
        ("ph", "f"),
        ("th", "t"),
        ("ck", "k"),
        ("y", "i"),
        ("j", "i"),
        ("ł", "l"),
        ("om", "on"),
    ];
    let s = ALIKE.iter().fold(word.to_owned(), |s, (from, to)| s.replace(from, to)).replace("em", "en");
    let mut out: String = String::with_capacity(s.len());
    for c in s.chars() {
        if !out.ends_with(c) {
            out.push(c);
        }
    }
    out
}
