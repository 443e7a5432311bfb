//! How people say their name in languages other than English, and the words by which an agent asks in them.
//!
//! Owns tables of phrases, for the main European languages and some of their neighbours. Must not know how a name is put
//! together (`name`), nor scripts without spaces (`scripts`).

use std::collections::HashMap;
use std::sync::LazyLock;

use super::asked::Asked;
use super::name::{self, Name, Part};
use super::proposal::{Scene, sure};
use super::words::{Said, Word, is_city, is_first_name, listed};

/// Beginnings that leave no doubt; a `|` between them.
const WHOLE: &str = "me llamo|mi nombre es|mi nombre completo es|ich heiße|ich heisse|mein name ist|mein voller name ist|\
    je m'appelle|je m appelle|mon nom est|mon nom complet est|mi chiamo|il mio nome è|il mio nome e|mijn naam is|ik heet|\
    o meu nome é|o meu nome e|meu nome é|meu nome e|me chamo|chamo-me|jag heter|mitt namn är|jeg hedder|jeg heter|mit navn er|\
    navnet mitt er|nimeni on|nazywam się|nazywam sie|mam na imię|mam na imie|jmenuji se|jmenuju se|volám se|volám sa|a nevem|\
    mă numesc|ma numesc|numele meu este|zovem se|benim adım|adım|меня зовут|моё имя|мое имя|мене звати|моє ім'я|казвам се|\
    με λένε|ονομάζομαι|το όνομά μου είναι|שמי|קוראים לי|الاسم|الإسم|اسمي|إسمي|ismi|मेरा नाम|mera naam|mera naam hai|nama saya|tên tôi là";
const FIRST: &str = "mi nombre de pila es|mein vorname ist|mon prénom est|mon prenom est|mijn voornaam is|meu primeiro nome é|imię|imie";
const LAST: &str = "mi apellido es|mis apellidos son|mein nachname ist|mein familienname ist|mon nom de famille est|il mio cognome è|\
    il mio cognome e|mijn achternaam is|meu sobrenome é|o meu apelido é|meu apelido é|mitt efternamn är|mit efternavn er|\
    moje nazwisko to|nazwisko|моя фамилия";
/// Beginnings that something else than a name may follow.
const WEAK: &str = "soy|yo soy|habla|ich bin|hier ist|je suis|c'est|sono|ik ben|u spreekt met|eu sou|sou o|sou a|aqui é|\
    jag är|jeg er|jestem|eu sunt|я";
/// Words behind a name that are no part of it.
const STOPS: &str = "y e und et en ed og och oraz i и और و pero aber mais ma maar quiero quisiera necesito tengo vivo estoy llamo mi mis \
    he con por para que desde del ich möchte moechte habe brauche wohne und meine mein aus komme je j'ai voudrais veux habite \
    suis mon ma mes de_la vorrei voglio ho abito il mio mia sono ik wil heb woon mijn uit eu quero queria preciso tenho moro meu \
    minha da_cidade jag vill har jeg vil bor chcę mam mieszkam hai है hoon hu да и мне нужно хочу cliente kunde client";
/// What an answer begins with and is no part of it.
const FILLERS: &str = "sí si claro soy es hola buenas buenos por supuesto ja ich heiße heisse natürlich gerne hallo \
    guten tag oui bien sûr c'est je suis bonjour certo certamente ciao sono buongiorno é sou bom dia hoi ik heet \
    me llamo mi chiamo m'appelle jestem";

/// The phrases of a list by their first word, each as the words behind it.
type Phrases = LazyLock<HashMap<&'static str, Vec<Vec<&'static str>>>>;

static WHOLE_BY_HEAD: Phrases = LazyLock::new(|| by_head(WHOLE));
static FIRST_BY_HEAD: Phrases = LazyLock::new(|| by_head(FIRST));
static LAST_BY_HEAD: Phrases = LazyLock::new(|| by_head(LAST));
static WEAK_BY_HEAD: Phrases = LazyLock::new(|| by_head(WEAK));

fn by_head(list: &'static str) -> HashMap<&'static str, Vec<Vec<&'static str>>> {
    let mut phrases: HashMap<&str, Vec<Vec<&str>>> = HashMap::new();
    for phrase in list.split('|') {
        let mut words = phrase.split_ascii_whitespace();
        if let Some(head) = words.next() {
            phrases.entry(head).or_default().push(words.collect());
        }
    }
    phrases
}

/// What a word of an agent's question asks for.
pub(super) fn asked(said: &Said<'_>, i: usize) -> Asked {
    let before = if i > 0 { said.low(i - 1) } else { "" };
    match said.low(i) {
        // Spanish, Portuguese, French, Italian, German, Dutch, in this order
        "nombre" | "nome" | "nom" | "naam" | "appelez-vous" | "heißen" | "heissen" | "имя" | "зовут" | "nazwisko"
        | "namn" | "navn" | "namen" => match said.low(i + 1) {
            "de" if said.low(i + 2) == "pila" => Asked::FIRST,
            "de" if said.low(i + 2) == "famille" => Asked::LAST,
            "de" | "del" | "da" | "do" | "della" | "von" | "van" => Asked::OTHER,
            _ => Asked::NAME,
        },
        "llama" | "llamas" | "chama" if matches!(before, "se" | "te") => Asked::NAME,
        "chiama" | "chiami" if matches!(before, "si" | "ti") => Asked::NAME,
        "heet" | "heten" => Asked::NAME,
        "vorname" | "prénom" | "prenom" | "voornaam" => Asked::FIRST,
        "apellido" | "apellidos" | "sobrenome" | "cognome" | "nachname" | "nachnamen" | "familienname"
        | "achternaam" | "фамилия" => Asked::LAST,
        "correo" | "courriel" | "e-mailadres" | "emailadres" | "e-mail-adresse" | "email-adresse" | "почта" => {
            Asked::EMAIL
        }
        "teléfono" | "telefono" | "telefone" | "téléphone" | "telefon" | "telefonnummer" | "telefoonnummer"
        | "celular" | "móvil" | "handynummer" | "cellulare" | "телефон" | "telemóvel" => Asked::PHONE,
        "postleitzahl" | "plz" | "cep" | "woonplaats" if said.low(i) != "woonplaats" => Asked::ZIP,
        "postal" | "postale" if matches!(before, "código" | "codigo" | "code" | "codice") => Asked::ZIP,
        "woonplaats" | "ciudad" | "cidade" | "ville" | "città" | "wohnort" => Asked::CITY,
        "dirección" | "direccion" | "endereço" | "endereco" | "indirizzo" | "anschrift" | "lieferadresse"
        | "lieferanschrift" | "rechnungsadresse" | "adres" | "adresse" => {
            let electronic = matches!(said.low(i + 1), "de" | "e-mail" | "email" | "mail" | "électronique")
                && !matches!(said.low(i + 2), "envío" | "envio" | "livraison")
                || before.contains("mail");
            if electronic { Asked::EMAIL } else { Asked::ADDRESS }
        }
        "empresa" | "entreprise" | "azienda" | "firma" | "bedrijf" | "unternehmen" => Asked::COMPANY,
        "deletrear" | "deletrea" | "buchstabieren" | "épeler" | "epeler" | "spellen" | "soletrar" => Asked::SPELL,
        _ => Asked::NOTHING,
    }
}

/// Polish words that a recogniser writes for a name that it does not know, and what is said in its place.
const POLISH: &str = "tak nie to co czy jak ja ty my wy on ona ono jest są był była mam masz ma idę mogę może chcę wiem jeszcze już ale bo \
    że przez po na do od za tam tu teraz tylko bardzo dobrze proszę przepraszam dziękuję dzień dobry cześć halo imię nazwisko moje \
    mój moja się kurwa kurwo kurde cholera dupa jebany jebana psy kot dom jabłka";

/// Is it an everyday word of Polish?
pub(super) fn is_polish_word(low: &str) -> bool {
    listed(POLISH, low)
}

/// Is it one of the words that an answer begins with?
pub(super) fn is_filler(low: &str) -> bool {
    listed(FILLERS, low)
}

/// The customer's name where they state it in one of these languages.
pub(super) fn named(said: &Said<'_>, scene: &Scene) -> Option<Name> {
    let mut found: Option<Name> = None;
    for i in 0..said.words.len() {
        let cue = [(&WHOLE_BY_HEAD, Part::Whole), (&FIRST_BY_HEAD, Part::First), (&LAST_BY_HEAD, Part::Last)]
            .into_iter()
            .find_map(|(list, part)| Some((i + cue_at(said, i, list)?, part)));
        let Some((from, part)) = cue else { continue };
        let words = until_stop(said, name::collect(said, from, scene, true));
        let Some(new) = name::build(&words, part, sure::STATED) else {
            continue;
        };
        found = Some(match found {
            Some(old) => Name { first: new.first.or(old.first), last: new.last.or(old.last), ..old },
            None => new,
        });
    }
    found.or_else(|| (0..said.words.len()).find_map(|i| introduced(said, i, scene)))
}

/// "soy Ana", "ich bin die Ana": a name only by its looks.
fn introduced(said: &Said<'_>, i: usize, scene: &Scene) -> Option<Name> {
    if !said.breaks(i)
        && !matches!(said.low(i.wrapping_sub(1)), "hola" | "hallo" | "bonjour" | "ciao" | "olá" | "ola" | "hej")
    {
        return None;
    }
    let mut from = i + cue_at(said, i, &WEAK_BY_HEAD)?;
    if matches!(said.low(from), "die" | "der" | "la" | "el" | "a" | "o" | "il" | "de") && from < i + 3 {
        from += 1;
    }
    if said.breaks(from) {
        return None;
    }
    let words = until_stop(said, name::collect(said, from, scene, true));
    let head = words.first()?;
    let behind = from + words.len();
    let closed = said.breaks(behind) || listed(STOPS, said.low(behind)) || said.low(behind) == "de";
    let known = is_first_name(&head.low) && (!said.cased || head.is_capital());
    let two = words.len() > 1 && words.iter().all(|w| w.is_capital());
    (closed && (known || two) && (is_first_name(&head.low) || !is_city(&head.low)))
        .then(|| name::build(&words, Part::Whole, sure::LIKELY))
        .flatten()
}

fn until_stop<'a, 's>(said: &Said<'_>, words: Vec<&'s Word<'a>>) -> Vec<&'s Word<'a>> {
    let n = words.len();
    let stop = words.iter().enumerate().position(|(k, w)| {
        // "Ortega y Gasset"
        let joins = k > 0 && k + 1 < n && matches!(&*w.low, "y" | "e" | "i") && said.cased && words[k + 1].is_capital();
        k > 0 && listed(STOPS, &w.low) && !joins && !(said.cased && w.is_capital())
    });
    words.into_iter().take(stop.unwrap_or(n)).collect()
}

/// How many words of the message the first of the phrases that stands at word `i` takes.
fn cue_at(said: &Said<'_>, i: usize, phrases: &Phrases) -> Option<usize> {
    phrases.get(said.low(i))?.iter().find_map(|rest| {
        let stands = rest.iter().enumerate().all(|(k, word)| said.low(i + 1 + k) == *word && !said.breaks(i + 1 + k));
        stands.then_some(1 + rest.len())
    })
}
