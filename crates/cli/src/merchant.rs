//! The verbs of a merchant's server, one call of the SDK each: `encrypt`, `decrypt`, `read`, `charge`, `settle`,
//! `refund`, `delete`, `token delete`.
//!
//! Each says what came of it twice over: a sheet for people or JSON for scripts, always to stdout.
//! What it means for the shell is in [`exit_code`]: 4 when money may have moved.

mod charge;
mod connection;
mod decrypt;
mod encrypt;
mod movement;
mod order;
mod outcome;
mod read;
mod sheet;
mod token;

use anyhow::Result;
use clap::Subcommand;
use serde_json::{Value, json};

use charge::ChargeArgs;
use connection::Connection;
use decrypt::DecryptArgs;
use encrypt::EncryptArgs;
use movement::{DeleteArgs, RefundArgs, SettleArgs};
use read::ReadArgs;
use sheet::Sheet;
use token::TokenCommand;

/// What a merchant's server can ask of a gateway.
#[derive(Debug, Subcommand)]
pub enum MerchantCommand {
    /// Seal a payment and print the address for the buyer (Encrypt)
    Encrypt(Box<EncryptArgs>),
    /// Read what a notice says (Decrypt)
    Decrypt(DecryptArgs),
    /// Ask what became of a transaction (callReadTrxS2S)
    Read(ReadArgs),
    /// Charge an order reference or a token (callPagamS2S)
    Charge(Box<ChargeArgs>),
    /// Take what was authorized (callSettleS2S)
    Settle(SettleArgs),
    /// Give back what was taken (callRefundS2S)
    Refund(RefundArgs),
    /// Let go of what was authorized (callDeleteS2S)
    Delete(DeleteArgs),
    /// End the permission that a token stands for
    #[command(subcommand)]
    Token(TokenCommand),
}

/// What came of a verb.
struct Answer {
    /// Whether the shell may go on: done, or paid.
    is_good: bool,
    sheet: Sheet,
    json: Value,
}

/// Runs a verb and prints what came of it; `false` when the answer is no.
///
/// # Errors
/// What the SDK says, or that no gateway is named and none runs here.
pub async fn run(command: MerchantCommand) -> Result<bool> {
    let connection = command.connection();
    let as_json = connection.json;
    let client = connection.client()?;
    let answered = match &command {
        MerchantCommand::Encrypt(args) => args.run(&client).await,
        MerchantCommand::Decrypt(args) => args.run(&client).await,
        MerchantCommand::Read(args) => args.run(&client).await,
        MerchantCommand::Charge(args) => args.run(&client).await,
        MerchantCommand::Settle(args) => args.run(&client).await,
        MerchantCommand::Refund(args) => args.run(&client).await,
        MerchantCommand::Delete(args) => args.run(&client).await,
        MerchantCommand::Token(TokenCommand::Delete(args)) => args.run(&client).await,
    };
    match answered {
        Ok(answer) => {
            match as_json {
                true => println!("{}", serde_json::to_string_pretty(&answer.json)?),
                false => print!("{}", answer.sheet.text()),
            }
            Ok(answer.is_good)
        }
        Err(error) => {
            if as_json {
                println!("{}", serde_json::to_string_pretty(&json!({"error": told(&error)}))?);
            }
            Err(error.into())
        }
    }
}

/// What an error of the SDK means for the shell; nothing for other errors.
#[must_use]
pub fn exit_code(error: &anyhow::Error) -> Option<u8> {
    match error.downcast_ref::<pagam::Error>()? {
        pagam::Error::Refused(_) | pagam::Error::Unreadable(_) => Some(1),
        pagam::Error::Invalid(_) => Some(2),
        pagam::Error::Transport(_) | pagam::Error::Busy { .. } => Some(3),
        pagam::Error::Uncertain { .. } => Some(4),
    }
}

fn told(error: &pagam::Error) -> Value {
    let kind = match error {
        pagam::Error::Invalid(_) => "invalid",
        pagam::Error::Refused(_) => "refused",
        pagam::Error::Busy { .. } => "busy",
        pagam::Error::Transport(_) => "unreachable",
        pagam::Error::Unreadable(_) => "unreadable",
        pagam::Error::Uncertain { .. } => "uncertain",
    };
    json!({
        "kind": kind,
        "code": error.code().map(|code| code.0),
        "retry_after_s": error.retry_after().map(|pause| pause.as_secs()),
        "text": error.to_string(),
    })
}

impl MerchantCommand {
    fn connection(&self) -> &Connection {
        match self {
            MerchantCommand::Encrypt(args) => &args.connection,
            MerchantCommand::Decrypt(args) => &args.connection,
            MerchantCommand::Read(args) => &args.connection,
            MerchantCommand::Charge(args) => &args.connection,
            MerchantCommand::Settle(args) => &args.connection,
            MerchantCommand::Refund(args) => &args.connection,
            MerchantCommand::Delete(args) => &args.connection,
            MerchantCommand::Token(TokenCommand::Delete(args)) => &args.connection,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::error::ErrorKind::{ArgumentConflict, MissingRequiredArgument};
    use clap::{CommandFactory, Parser};

    use super::*;

    #[derive(Debug, Parser)]
    #[command(name = "pagam")]
    struct Line {
        #[command(subcommand)]
        command: MerchantCommand,
    }

    /// The words of an example, without the comment that follows it after two blanks.
    fn words(line: &str) -> Vec<String> {
        let line = line.trim().split("   ").next().unwrap_or_default();
        let parts = line.split('\'').enumerate();
        let words = parts.flat_map(|(at, part)| match at % 2 {
            0 => part.split_whitespace().map(str::to_owned).collect::<Vec<_>>(),
            _ => vec![part.to_owned()],
        });
        words.collect()
    }

    #[test]
    fn every_example_of_the_help_is_understood() {
        let mut commands: Vec<clap::Command> = Line::command().get_subcommands().cloned().collect();
        let below = commands.iter().flat_map(clap::Command::get_subcommands).cloned().collect::<Vec<_>>();
        commands.extend(below);
        let mut count = 0;
        for command in commands {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            for example in help.lines().filter(|line| line.starts_with("  pagam ")) {
                Line::try_parse_from(words(example)).unwrap_or_else(|error| panic!("{example}: {error}"));
                count += 1;
            }
        }
        assert!(count >= 14, "{count}");
    }

    #[test]
    fn a_gateway_that_is_named_needs_a_shop_and_there_is_only_one() {
        let parse = |line: &str| Line::try_parse_from(line.split(' ')).map(|_| ()).map_err(|error| error.kind());
        assert_eq!(parse("pagam read o --shop-login G --sandbox"), Ok(()));
        assert_eq!(parse("pagam read o --sandbox"), Err(MissingRequiredArgument));
        assert_eq!(parse("pagam read o --shop-login G --sandbox --production"), Err(ArgumentConflict));
        assert_eq!(parse("pagam read"), Err(MissingRequiredArgument));
        assert_eq!(parse("pagam read o --bank 1"), Err(ArgumentConflict));
        assert_eq!(parse("pagam charge o --amount 1"), Err(MissingRequiredArgument));
    }

    #[test]
    fn the_shell_can_tell_a_refusal_from_silence_and_from_not_knowing() {
        let of = |error: pagam::Error| exit_code(&error.into());
        let silent = || pagam::Error::Transport(pagam::Transport::Timeout);
        assert_eq!(of(pagam::Error::Invalid(pagam::Invalid::Empty { field: "x" })), Some(2));
        assert_eq!(of(silent()), Some(3));
        assert_eq!(of(pagam::Error::Unreadable(String::new())), Some(1));
        let busy = pagam::Error::Busy { retry_after: std::time::Duration::from_secs(7) };
        assert_eq!(
            (&told(&busy)["kind"], &told(&busy)["retry_after_s"]),
            (&"busy".into(), &7.into()),
            "the script is told that the gateway is busy, and for how long"
        );
        assert_eq!(of(busy), Some(3));
        let uncertain = pagam::Error::Uncertain { operation: "callRefundS2S", why: Box::new(silent()) };
        assert_eq!(told(&uncertain)["kind"], "uncertain");
        assert_eq!(of(uncertain), Some(4));
        assert_eq!(exit_code(&anyhow::anyhow!("another")), None);
    }

    #[test]
    fn no_key_and_no_token_is_in_the_debug_text() {
        for line in
            ["pagam charge o --amount 1 --token s3cret --api-key s3cret", "pagam token delete s3cret --api-key s3cret"]
        {
            let parsed = Line::try_parse_from(line.split(' ')).expect("understood");
            assert!(!format!("{parsed:?}").contains("s3cret"));
        }
    }
}
