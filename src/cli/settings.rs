//! The program's own settings, and everything that is wrong with them.

use crate::app::keymap::Keymap;
use crate::domain::problem::Problem;
use crate::store::{Config, Folders, Loaded, Located};

/// Reads `config.toml`. Mistakes are told with their lines, those about keys too; none keeps the program from running.
pub fn read(folders: &Folders) -> (Config, Vec<Located>) {
    let config: Loaded<Config> = Config::read(folders);
    let keys: Vec<Problem> = Keymap::new(&config.value.keys).problems().to_vec();
    let problems = config.all_problems(&keys);
    (config.value, problems)
}
