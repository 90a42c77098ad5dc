//! Who may come in. The order of the questions is part of what is played: path, agent, parameters
//! that every call has, time, key, signature, token, quota.

use amazon::ErrorCode;
use amazon::types::timestamp_ms;

use super::call::Call;
use super::operations::{self, Operation};
use super::request::Received;
use super::signature::{BadSignature, verify};
use crate::World;
use crate::faults::{Bucket, Trouble};
use crate::ledger::Developer;
use crate::refusal::Refusal;

pub const LIVE: &str = "/OffAmazonPayments/2013-01-01";
pub const SANDBOX: &str = "/OffAmazonPayments_Sandbox/2013-01-01";

/// A timestamp may be this far from the clock, in both directions.
const WINDOW_MS: i64 = 15 * 60 * 1000;
const USER_AGENT_MOST: usize = 500;

/// Lets a call in, or says why not.
pub fn admit(world: &World, received: Received, now: i64) -> Result<(&'static Operation, Call<'_>), Refusal> {
    let is_sandbox = environment(&received.path)?;
    agent(&received.user_agent)?;
    let action = common(&received)?;
    let seller_id = received.value("SellerId").to_owned();
    if let Some(trouble) = world.trouble(&seller_id) {
        return Err(refusal_of(trouble, received.value("Timestamp")));
    }
    in_time(received.value("Timestamp"), now)?;
    let developer = signer(world, &received)?;
    permitted(world, &received, &developer)?;
    let operation = operations::find(&action)?;
    let bucket =
        Bucket { seller_id: seller_id.clone(), developer_id: developer.id, action: operation.name, is_sandbox };
    if !world.take_quota(bucket, operation.quota) {
        return Err(Refusal::new(ErrorCode::RequestThrottled, "Request is throttled"));
    }
    Ok((operation, Call { world, action: operation.name, seller_id, is_sandbox, now, params: received.params }))
}

fn environment(path: &str) -> Result<bool, Refusal> {
    match path.strip_suffix('/').unwrap_or(path) {
        LIVE => Ok(false),
        SANDBOX => Ok(true),
        _ => {
            let message = format!("Resource {path} is not found on this server.");
            Err(Refusal::new(ErrorCode::InvalidAddress, message))
        }
    }
}

/// `Application/Version`, then anything in brackets.
fn agent(agent: &str) -> Result<(), Refusal> {
    let product = agent.split(['(', ' ']).next().unwrap_or_default();
    let good = product.split_once('/').is_some_and(|(name, version)| !name.is_empty() && !version.is_empty());
    if good && agent.len() <= USER_AGENT_MOST {
        return Ok(());
    }
    let message =
        "The User-Agent header is to be of the form Application/Version (Language=...), of at most 500 characters.";
    Err(Refusal::new(ErrorCode::UserAgentHeaderMalformed, message))
}

/// What every call has; the answer is its action.
fn common(received: &Received) -> Result<String, Refusal> {
    if received.value("AWSAccessKeyId").is_empty() || received.value("Signature").is_empty() {
        let message = "The request has no signature: AWSAccessKeyId and Signature are needed.";
        return Err(Refusal::new(ErrorCode::MissingAuthenticationToken, message));
    }
    let needed = ["Action", "SellerId", "Timestamp", "Version", "SignatureMethod", "SignatureVersion"];
    if let Some(missing) = needed.into_iter().find(|name| received.value(name).is_empty()) {
        return Err(Refusal::invalid(format!("The parameter {missing} is missing.")));
    }
    let mut names: Vec<&str> = received.params.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    if let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(Refusal::invalid(format!("The parameter {} is there twice.", twice[0])));
    }
    if received.value("Version") != "2013-01-01" {
        return Err(Refusal::invalid("The Version is to be 2013-01-01."));
    }
    Ok(received.value("Action").to_owned())
}

fn in_time(timestamp: &str, now: i64) -> Result<(), Refusal> {
    match timestamp_ms(timestamp) {
        None => Err(Refusal::invalid(format!("The Timestamp {timestamp} is no ISO 8601 time."))),
        Some(at) if (now - at).abs() > WINDOW_MS => Err(out_of_time(timestamp)),
        Some(_) => Ok(()),
    }
}

/// What a seller's trouble makes of a call that is otherwise good.
fn refusal_of(trouble: Trouble, timestamp: &str) -> Refusal {
    match trouble {
        Trouble::AccessDenied => access_denied(),
        Trouble::InvalidAccountStatus => {
            Refusal::new(ErrorCode::InvalidAccountStatus, "Your account is not in an appropriate state.")
        }
        Trouble::SignatureDoesNotMatch => bad_signature(),
        Trouble::Clock => out_of_time(timestamp),
        Trouble::CutOff => Refusal::cut_off(),
    }
}

fn access_denied() -> Refusal {
    Refusal::new(ErrorCode::AccessDenied, "Access denied")
}

fn bad_signature() -> Refusal {
    let message = "The request signature we calculated does not match the signature you provided. Check your AWS Secret \
                   Access Key and signing method. Consult the service documentation for details.";
    Refusal::new(ErrorCode::SignatureDoesNotMatch, message)
}

fn out_of_time(timestamp: &str) -> Refusal {
    Refusal::invalid(format!("The Timestamp {timestamp} is more than 15 minutes from the server's time."))
}

fn signer(world: &World, received: &Received) -> Result<Developer, Refusal> {
    let key = received.value("AWSAccessKeyId");
    let known = world.read(|tables| tables.developers.values().find(|developer| developer.access_key == key).cloned());
    let Some(developer) = known else {
        return Err(Refusal::new(ErrorCode::InvalidAccessKeyId, "The AWS access key id is not known here."));
    };
    match verify(received, &developer.secret_key) {
        Ok(()) => Ok(developer),
        Err(BadSignature::Version) => Err(Refusal::invalid("The SignatureVersion is to be 2.")),
        Err(BadSignature::Method) => Err(Refusal::invalid("The SignatureMethod is to be HmacSHA256.")),
        Err(BadSignature::Mismatch) => Err(bad_signature()),
    }
}

/// The seller must have given this developer this token.
fn permitted(world: &World, received: &Received, developer: &Developer) -> Result<(), Refusal> {
    let (seller, token) = (received.value("SellerId"), received.value("MWSAuthToken"));
    let given = world.read(|tables| {
        let mut permissions = tables.permissions.values();
        permissions.any(|one| one.token == token && one.seller_id == seller && one.developer_id == developer.id)
    });
    if given { Ok(()) } else { Err(access_denied()) }
}

impl Received {
    fn value(&self, name: &str) -> &str {
        self.params.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}
