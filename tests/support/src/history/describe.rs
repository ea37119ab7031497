//! How operations are named in messages.

use super::{Action, Cell, Operation, Outcome, Value};
use std::fmt;

impl fmt::Display for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Born(day) => write!(formatter, "{day}"),
            Self::Forgotten => formatter.write_str("deleted"),
        }
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} at version {}", self.value, self.version.micros())
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.action {
            Action::Put(born) => write!(formatter, "[PUT {born}")?,
            Action::Get => formatter.write_str("[GET")?,
            Action::Delete => formatter.write_str("[DELETE")?,
        }
        write!(formatter, " by client {} in {}", self.client, self.asked)?;
        if let Some(served_by) = self.served_by.as_ref().filter(|region| **region != self.asked) {
            write!(formatter, " served by {served_by}")?;
        }
        write!(formatter, " from {:?} to {:?}", self.invoked, self.completed)?;
        if let Some(sent) = &self.sent {
            write!(formatter, " with token {} of {}", sent.version.micros(), sent.region)?;
        }
        match &self.outcome {
            Outcome::Acknowledged(token) => {
                write!(formatter, ": acknowledged as {} by {}]", token.version.micros(), token.region)
            }
            Outcome::Found { token, born } => {
                write!(formatter, ": found ")?;
                match born {
                    Some(born) => write!(formatter, "{born}")?,
                    None => formatter.write_str("some day")?,
                }
                write!(formatter, " at version {} of {}]", token.version.micros(), token.region)
            }
            Outcome::NotFound(Some(token)) => {
                write!(formatter, ": not found at version {} of {}]", token.version.micros(), token.region)
            }
            Outcome::NotFound(None) => formatter.write_str(": not found]"),
            Outcome::NotMade => formatter.write_str(": not made]"),
            Outcome::Unknown => formatter.write_str(": outcome unknown]"),
        }
    }
}
