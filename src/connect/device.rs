//! Carries out the device flow: the machine of `consent::device` wishes, this asks Zoho and waits. Whoever shows it is told
//! of every change and of every second.

use std::time::Duration;

use futures_util::future::{BoxFuture, OptionFuture};
use secrecy::SecretString;
use tokio::sync::mpsc::Receiver;

use super::connecting::{Connecting, ConnectingError, Consented};
use crate::consent::device::{Answer, Code, Device, Event, State, Wish};
use crate::domain::scope::ASKED;
use crate::ports::{CrmError, Repeat};
use crate::zoho::token::{DevicePoll, Granted, TokenEndpoint};

/// What an operator may want while a code waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// Another code.
    NewCode,
}

/// What came of asking Zoho: what the machine is told, and what it must not know.
struct Came {
    event: Event,
    device_code: Option<SecretString>,
    granted: Option<Box<Granted>>,
}

/// Runs the flow to its end; dropping the future cancels it. `show` is told where it stands at every change and, while a
/// code is shown, every second. With `again`, an ended code waits for [`Ask::NewCode`]; without, it is the end.
///
/// # Errors
/// Zoho refuses, nobody approves, or the user lives where nothing may be sent.
pub async fn run(
    mut connecting: Connecting,
    mut asks: Option<Receiver<Ask>>,
    mut show: impl FnMut(&Device, jiff::Timestamp),
) -> Result<Consented, ConnectingError> {
    let clock = std::sync::Arc::clone(&connecting.clock);
    let (mut device, mut wishes) = Device::begin();
    let mut code: Option<SecretString> = None;
    let mut work: Option<BoxFuture<'static, Came>> = None;
    let mut granted = None;
    loop {
        for wish in std::mem::take(&mut wishes) {
            match wish {
                Wish::AskCode(number) => work = Some(ask_code(&connecting, number)?),
                Wish::Poll(number) => {
                    if let Some(code) = &code {
                        work = Some(poll(&connecting, number, code.clone())?);
                    }
                }
                Wish::Move(location) => match connecting.server.in_location(location.as_deref()) {
                    Ok(server) => connecting.server = server,
                    Err(e) => wishes.extend(device.update(Event::CannotMove(e.to_string()), clock.now())),
                },
            }
        }
        show(&device, clock.now());
        match device.state() {
            State::Connected => break,
            State::Failed(why) => return Err(ConnectingError::Ended(why.clone())),
            State::Ended(why) if asks.is_none() => return Err(ConnectingError::Ended(why.clone())),
            _ => {}
        }
        let pause = device.wakes_at().map(|at| {
            let left = Duration::try_from(at.duration_since(clock.now())).unwrap_or_default();
            left.min(Duration::from_secs(1))
        });
        // time is not watched while an answer is on its way: it has its own end
        let idle = work.is_none().then_some(pause).flatten().map(|p| clock.sleep(p));
        let event = tokio::select! {
            biased;
            Some(came) = OptionFuture::from(work.as_mut()) => {
                work = None;
                code = came.device_code.or(code);
                granted = came.granted.or(granted);
                came.event
            }
            ask = next(&mut asks) => match ask {
                Some(Ask::NewCode) => Event::NewCode,
                None => {
                    // nobody can ask any more
                    asks = None;
                    continue;
                }
            },
            Some(()) = OptionFuture::from(idle) => Event::Time,
        };
        wishes = device.update(event, clock.now());
    }
    let granted = granted.ok_or_else(|| ConnectingError::Ended("Zoho gave no token; try again".to_owned()))?;
    connecting.consented(*granted).await
}

async fn next(asks: &mut Option<Receiver<Ask>>) -> Option<Ask> {
    match asks {
        Some(asks) => asks.recv().await,
        None => std::future::pending().await,
    }
}

fn ask_code(connecting: &Connecting, number: u32) -> Result<BoxFuture<'static, Came>, CrmError> {
    let endpoint = connecting.endpoint()?;
    let (server, client_id) = (connecting.server.clone(), connecting.client.id.clone());
    let now = connecting.clock.now();
    Ok(Box::pin(async move {
        match endpoint.device_code(&server, &client_id, ASKED, now).await {
            Ok(code) => {
                let shown = Code {
                    user_code: code.user_code,
                    address: code.address,
                    complete_address: code.complete_address,
                    interval: code.interval,
                    lives: code.lives,
                };
                Came { event: Event::Code(number, shown), device_code: Some(code.device_code), granted: None }
            }
            Err(e) => Came { event: Event::NoCode(number, e.message), device_code: None, granted: None },
        }
    }))
}

fn poll(connecting: &Connecting, number: u32, code: SecretString) -> Result<BoxFuture<'static, Came>, CrmError> {
    let endpoint: TokenEndpoint = connecting.endpoint()?;
    let (client, on_its_way) = (connecting.client.clone(), connecting.on_its_way.clone());
    let now = connecting.clock.now();
    Ok(Box::pin(async move {
        let mut granted = None;
        let answer = match on_its_way.during(endpoint.poll_device(&client.id, &client.secret, &code, now)).await {
            Ok(DevicePoll::Pending) => Answer::Pending,
            Ok(DevicePoll::SlowDown) => Answer::SlowDown,
            Ok(DevicePoll::Elsewhere(location)) => Answer::Elsewhere(location),
            Ok(DevicePoll::Denied) => Answer::Denied,
            Ok(DevicePoll::Expired) => Answer::Expired,
            Ok(DevicePoll::Granted(tokens)) => {
                granted = Some(tokens);
                Answer::Granted
            }
            Err(e) => Answer::Failed { again: e.repeat == Repeat::Safe, message: e.message, after: e.after },
        };
        Came { event: Event::Answer(number, answer), device_code: None, granted }
    }))
}
