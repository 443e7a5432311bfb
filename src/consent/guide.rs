//! What to do in Zoho's API console for each way to connect, step by step. Words only.

use super::redirect::USUAL_REDIRECT;
use crate::domain::scope::ASKED;

/// A way to connect an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// A code typed in any browser: nothing comes back to this machine.
    Device,
    /// A code made in Zoho's API console.
    SelfClient,
    /// A browser that comes back to an address.
    Browser,
    /// A refresh token that is there already.
    InHand,
}

impl Way {
    /// All, the one that fits a terminal best first.
    pub const ALL: [Self; 4] = [Self::Device, Self::SelfClient, Self::Browser, Self::InHand];

    /// Its name.
    pub fn title(self) -> &'static str {
        match self {
            Self::Device => "Device: type a short code in a browser on any device",
            Self::SelfClient => "Self Client: a code made in Zoho's API console, or its self_client.json",
            Self::Browser => "Browser: accept in a browser, and come back or paste the address",
            Self::InHand => "Refresh token: credentials that you have already, as JSON",
        }
    }

    /// What Zoho's API console calls the client.
    pub fn client_type(self) -> &'static str {
        match self {
            Self::Device => "Non-browser Mobile and Desktop applications",
            Self::SelfClient => "Self Client",
            Self::Browser => "Server-based Applications",
            Self::InHand => "the one that the refresh token was made with",
        }
    }

    /// What to click, for a console at this address. Lines as short as they can be; an address and the scopes stand on
    /// lines of their own.
    pub fn steps(self, console: &str, redirect_uri: Option<&str>) -> Vec<String> {
        if self == Self::InHand {
            return [
                "Who has a refresh token already gives it as JSON:",
                r#"{"accounts_url": "https://accounts.zoho.eu","#,
                r#" "api_url": "https://www.zohoapis.eu","#,
                r#" "client_id": "...", "client_secret": "...","#,
                r#" "refresh_token": "..."}"#,
                "The addresses are those of your data centre, eu here; client id and secret those of the client that got the token. `astra-zoho sandbox` prints such a line for the Zoho that it is.",
            ]
            .map(str::to_owned)
            .into();
        }
        let mut steps = vec![
            "In Zoho's API console, signed in as the user whose Zoho is to be connected,".to_owned(),
            console.to_owned(),
        ];
        match self {
            Self::Device => steps.extend([
                format!("choose Add Client, then \"{}\"; any name and homepage will do.", self.client_type()),
                "For users in other data centres switch these on under Settings (Multi-DC).".to_owned(),
                "Client id and secret are under Client Secret.".to_owned(),
            ]),
            Self::SelfClient => steps.extend([
                format!("choose Add Client, then \"{}\", Create.", self.client_type()),
                "Under Generate Code paste these scopes,".to_owned(),
                ASKED.to_owned(),
                "choose ten minutes and any description, press Create, choose the organisation, and copy the code, or download self_client.json.".to_owned(),
                "Client id and secret are under Client Secret.".to_owned(),
            ]),
            Self::Browser => steps.extend([
                format!("choose Add Client, then \"{}\"; any name and homepage will do.", self.client_type()),
                "As authorized redirect address give exactly this one:".to_owned(),
                redirect_uri.unwrap_or(USUAL_REDIRECT).to_owned(),
                "For users in other data centres switch these on under Settings (Multi-DC).".to_owned(),
                "Client id and secret are under Client Secret.".to_owned(),
            ]),
            Self::InHand => {}
        }
        steps
    }
}
