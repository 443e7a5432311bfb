//! `config.toml`: the program's own settings: the keys of the screen, how conversations are understood. Must not know which
//! commands there are.

use std::path::Path;
use std::str::FromStr as _;

use phonenumber::country::Id as Country;
use toml::de::DeValue;
use url::{Host, Url};

use super::document::{Document, Loaded};
use super::reader::{Reader, Section, in_file_order};
use super::workspace::Folders;
use crate::domain::problem::Severity;

/// The program's settings.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Config {
    /// `[keys]`: a command's id and the keys that replace its own.
    pub keys: Vec<(String, Vec<String>)>,
    /// `[extractor]`.
    pub extractor: ExtractorSettings,
    /// `[run]`, `database`: the address of the queue's database; `None`: the queue is in the workspace.
    pub database: Option<String>,
}

/// How conversations are understood; what is not set goes without saying.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ExtractorSettings {
    /// `threshold`: values less sure than this are not used; from 0 to 1.
    pub threshold: Option<f32>,
    /// `country`: where the customers are, two letters; their phone numbers are written in its form.
    pub country: Option<String>,
    /// `address`, `model`, `timeout_seconds`: a language model to be asked.
    pub model: Option<ModelSettings>,
}

/// A language model behind an OpenAI-compatible address.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelSettings {
    /// What `/chat/completions` is put behind: https, or http on this machine.
    pub address: String,
    /// The model's name there.
    pub model: String,
    /// How long an answer may take, in seconds.
    pub timeout_seconds: u64,
    /// `price_in`, `price_out`: what a million tokens sent and a million received cost; without them no cost is told.
    pub prices: Option<(f64, f64)>,
}

impl ModelSettings {
    /// It is on this machine.
    pub fn is_here(&self) -> bool {
        Url::parse(&self.address).is_ok_and(|url| is_loopback(&url))
    }

    /// The server's name, for people.
    pub fn host(&self) -> String {
        let host = Url::parse(&self.address).ok().and_then(|u| u.host_str().map(str::to_owned));
        host.unwrap_or_else(|| self.address.clone())
    }
}

/// How long an answer may take unless the operator says otherwise, in seconds.
const PATIENCE: u64 = 20;

/// What is said to a language model leaves this machine: encrypted, or not at all.
fn is_safe(address: &str) -> bool {
    let Ok(url) = Url::parse(address) else { return false };
    let here = is_loopback(&url);
    let plain = url.username().is_empty() && url.password().is_none() && url.query().is_none();
    plain && url.host().is_some() && (url.scheme() == "https" || here && url.scheme() == "http")
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

impl Config {
    /// Reads the settings; without a file there are none. Mistakes in it, and that it cannot be read, are its problems:
    /// warnings, because everything goes on with what the program brings along.
    pub fn read(folders: &Folders) -> Loaded<Self> {
        let mut config = Loaded::<Self>::read_anyhow(&folders.config.join("config.toml"));
        for located in &mut config.problems {
            located.problem.severity = Severity::Warning;
        }
        config
    }
}

impl Document for Config {
    fn read(_: &Path, root: &Section<'_>, reader: &mut Reader) -> Self {
        reader.known(root, &["keys", "extractor", "run"]);
        let fix = "write [keys] and below it a command's id and its key: quit = \"<c-x>\"";
        let mut config =
            Self { extractor: extractor(root, reader), database: database(root, reader), ..Self::default() };
        let Some(section) = reader.table(root, "keys", fix) else { return config };
        for (command, value) in in_file_order(section.table) {
            match keys_of(value) {
                Some(keys) => config.keys.push((command.to_owned(), keys)),
                None => reader.wrong_type(section.at(command), command, value, "write \"x\" or [\"x\", \"<c-x>\"]"),
            }
        }
        config
    }

    /// Only people write it.
    fn write(&self, _: Option<&Self>, _: &mut toml_edit::DocumentMut) {}
}

fn database(root: &Section<'_>, reader: &mut Reader) -> Option<String> {
    let fix = "write [run] and below it database = \"postgres://USER@HOST/NAME\"";
    let section = reader.table(root, "run", fix)?;
    reader.known(&section, &["database"]);
    reader.text(&section, "database")
}

fn extractor(root: &Section<'_>, reader: &mut Reader) -> ExtractorSettings {
    let mut settings = ExtractorSettings::default();
    let Some(section) = reader.table(root, "extractor", "write [extractor] and below it threshold = 0.7") else {
        return settings;
    };
    let fix =
        "delete it here, and write it into secrets/extractor.key (readable by you alone) or ASTRA_ZOHO_EXTRACTOR_KEY";
    let keys = ["threshold", "country", "address", "model", "timeout_seconds", "price_in", "price_out"];
    reader.known_without_secrets(&section, &keys, &["key", "api_key"], fix);
    settings.model = model(&section, reader);
    if let Some(value) = section.table.get("threshold") {
        settings.threshold = number(value.get_ref()).filter(|n| (0.0..=1.0).contains(n));
        if settings.threshold.is_none() {
            let fix = "write a number from 0 to 1, such as 0.7";
            reader.complain("bad_number", section.at("threshold"), "`threshold` is no number from 0 to 1", fix);
        }
    }
    if let Some(country) = reader.text(&section, "country") {
        if country.bytes().all(|b| b.is_ascii_uppercase()) && Country::from_str(&country).is_ok() {
            settings.country = Some(country);
        } else {
            let fix = "write its two letters, such as \"DE\"";
            reader.complain("bad_country", section.at("country"), format!("`{country}` is no country"), fix);
        }
    }
    settings
}

fn model(section: &Section<'_>, reader: &mut Reader) -> Option<ModelSettings> {
    let (address, model) = (reader.text(section, "address"), reader.text(section, "model"));
    let mut timeout_seconds = PATIENCE;
    if let Some(value) = section.table.get("timeout_seconds") {
        let seconds = number(value.get_ref()).filter(|n| (1.0..=120.0).contains(n) && n.fract() == 0.0);
        match seconds {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole, from 1 to 120")]
            Some(seconds) => timeout_seconds = seconds as u64,
            None => {
                let what = "`timeout_seconds` is no number of seconds from 1 to 120";
                reader.complain("bad_number", section.at("timeout_seconds"), what, "write one, such as 20");
            }
        }
    }
    let prices = prices(section, reader);
    match (address, model) {
        (None, None) => None,
        (Some(address), Some(_)) if !is_safe(&address) => {
            let what = "a language model is asked over https alone, or on this machine; this address is neither";
            let fix = "write one such as \"https://api.example.com/v1\", without user, password or query";
            reader.complain("bad_address", section.at("address"), what, fix);
            None
        }
        (Some(address), Some(model)) => Some(ModelSettings { address, model, timeout_seconds, prices }),
        (Some(_), None) => {
            let what = "`address` names a language model's server and `model` is missing: none is asked";
            reader.complain("no_model", section.at("address"), what, "write model = \"...\" below it");
            None
        }
        (None, Some(_)) => {
            let what = "`model` names a language model and `address` is missing: none is asked";
            reader.complain("no_address", section.at("model"), what, "write address = \"https://...\" above it");
            None
        }
    }
}

/// Both, or none: half of a cost is none.
fn prices(section: &Section<'_>, reader: &mut Reader) -> Option<(f64, f64)> {
    let price = |key: &str, reader: &mut Reader| {
        let value = section.table.get(key)?;
        let read = match value.get_ref() {
            DeValue::Float(n) => n.as_str().parse().ok(),
            DeValue::Integer(n) => n.as_str().parse().ok(),
            _ => None,
        };
        let price = read.filter(|n: &f64| n.is_finite() && *n >= 0.0);
        if price.is_none() {
            let fix = "write what a million tokens cost, such as 0.15";
            reader.complain("bad_number", section.at(key), format!("`{key}` is no price"), fix);
        }
        price
    };
    let has = |key: &str| section.table.get(key).is_some();
    if let Some(missing) =
        [("price_in", "price_out"), ("price_out", "price_in")].into_iter().find(|(a, b)| has(a) && !has(b))
    {
        let (there, missing) = missing;
        let what = format!("`{there}` is given and `{missing}` is missing: no cost is told");
        reader.complain("half_a_price", section.at(there), what, format!("write {missing} = ... below it"));
    }
    price("price_in", reader).zip(price("price_out", reader))
}

fn number(value: &DeValue<'_>) -> Option<f32> {
    match value {
        DeValue::Float(n) => n.as_str().parse().ok(),
        DeValue::Integer(n) => n.as_str().parse().ok(),
        _ => None,
    }
}

fn keys_of(value: &DeValue<'_>) -> Option<Vec<String>> {
    match value {
        DeValue::String(key) => Some(vec![key.as_ref().to_owned()]),
        DeValue::Array(keys) => keys.iter().map(|k| k.get_ref().as_str().map(str::to_owned)).collect(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Config, Vec<String>) {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("config.toml"), text).unwrap();
        let config = Config::read(&Folders::under(dir.path()));
        let told = |l: &crate::store::Located| {
            format!("{}:{} {} {}", l.line, l.column, l.problem.severity.as_str(), l.problem)
        };
        (config.value.clone(), config.problems.iter().map(told).collect())
    }

    #[test]
    fn keys_are_read_and_mistakes_told_by_line() {
        let (config, problems) = read("[keys]\nquit = \"<c-x>\"\nundo = [\"u\", \"<c-u>\"]\nredo = 3\n");
        let want = [("quit", vec!["<c-x>"]), ("undo", vec!["u", "<c-u>"])];
        let want = want.map(|(id, keys)| (id.to_owned(), keys.into_iter().map(str::to_owned).collect::<Vec<_>>()));
        assert_eq!(config.keys, want);
        assert_eq!(problems, ["4:8 warning `redo` is an integer; write \"x\" or [\"x\", \"<c-x>\"]"]);
        let (config, problems) = read("[extractor]\nthreshold = 0.7\n");
        assert_eq!((config.extractor.threshold, problems.len()), (Some(0.7), 0));
        assert_eq!(read("[run]\ndatabase = \"postgres://db/x\"").0.database.as_deref(), Some("postgres://db/x"));
        assert_eq!(read("[extractor]\ncountry = \"DE\"").0.extractor.country.as_deref(), Some("DE"));
        for none in ["Germany", "XX", "de", ""] {
            assert_eq!(read(&format!("[extractor]\ncountry = \"{none}\"")).1.len(), 1, "{none}");
        }
        assert_eq!(read("[extractor]\nthreshold = 7\nmodel = 1").1.len(), 2);
        assert_eq!(read("kyes = 1").1, ["1:1 warning unknown key `kyes`; did you mean `keys`?"]);
        let (config, problems) = read("[extractor]\naddress = \"https://api.example.com/v1\"\nmodel = \"small\"\n");
        let model = config.extractor.model.unwrap();
        assert_eq!((model.host().as_str(), model.timeout_seconds, problems.len()), ("api.example.com", PATIENCE, 0));
        for bad in ["http://api.example.com", "ftp://x", "https://u:p@x.example", "x", "http://localhost.example"] {
            let (config, problems) = read(&format!("[extractor]\naddress = \"{bad}\"\nmodel = \"small\"\n"));
            assert_eq!((config.extractor.model, problems.len()), (None, 1), "{bad}");
        }
        for good in ["http://localhost:11434/v1", "http://127.0.0.1:1", "http://[::1]/v1"] {
            assert!(read(&format!("[extractor]\naddress = \"{good}\"\nmodel = \"m\"")).0.extractor.model.is_some());
        }
        assert_eq!(read("[extractor]\nmodel = \"m\"").1.len(), 1);
        let priced =
            |prices: &str| read(&format!("[extractor]\naddress = \"https://x.example\"\nmodel = \"m\"\n{prices}"));
        let (config, problems) = priced("price_in = 0.15\nprice_out = 1");
        assert_eq!((config.extractor.model.unwrap().prices, problems.len()), (Some((0.15, 1.0)), 0));
        for bad in
            ["price_in = 0.15", "price_out = 1", "price_in = -1\nprice_out = 1", "price_in = \"x\"\nprice_out = 1"]
        {
            let (config, problems) = priced(bad);
            assert_eq!((config.extractor.model.unwrap().prices, problems.len()), (None, 1), "{bad}");
        }
        assert_eq!(read("[extractor]\naddress = \"https://x.example\"\ntimeout_seconds = 0").1.len(), 2);
        assert!(read("\n[keys").1[0].starts_with("2:"));
        assert_eq!(read(""), (Config::default(), vec![]));
        assert_eq!(Config::read(&Folders::under(Path::new("/nowhere"))).problems, []);
    }
}
