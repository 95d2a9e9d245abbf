//! Simple keys: tokens that turn out to be a key when a `:` follows.
//!
//! Such a token is held back until it is known whether the tokens `KEY` and perhaps `BLOCK-MAPPING-START` come before
//! it. One token may be such on each level of brackets. The book-keeping is go-yaml's, by number of token, because what
//! it forgets can be seen: after `[]` it no longer waits for the `:` of `[]: x`.

use std::collections::VecDeque;

use super::Scanner;
use crate::yaml::cursor::Mark;
use crate::yaml::syntax::SyntaxError;

/// How many characters a simple key may be long.
const MAX_LENGTH: usize = 1024;

/// What could be a simple key on one level of brackets.
#[derive(Clone, Copy, Debug)]
pub(super) struct SimpleKey {
    pub(super) is_possible: bool,
    /// Nothing but a key may stand there.
    is_required: bool,
    /// The number of the token, counted from the start of the text.
    pub(super) token: usize,
    at: usize,
    pub(super) mark: Mark,
}

impl SimpleKey {
    fn none(token: usize) -> Self {
        SimpleKey {
            is_possible: false,
            is_required: false,
            token,
            at: 0,
            mark: Mark::default(),
        }
    }
}

/// The simple keys of all levels.
#[derive(Debug)]
pub(super) struct SimpleKeys {
    levels: Vec<SimpleKey>,
    /// The number of each token that is held back, and its level; in rising order.
    held_back: VecDeque<(usize, usize)>,
}

impl SimpleKeys {
    pub(super) fn new() -> Self {
        SimpleKeys {
            levels: vec![SimpleKey::none(0)],
            held_back: VecDeque::new(),
        }
    }

    /// Returns how many brackets are open.
    #[inline]
    pub(super) fn flow_level(&self) -> usize {
        self.levels.len() - 1
    }

    /// Returns the level whose key may be the token of this number; what is known of earlier tokens is forgotten.
    #[inline]
    fn level_of(&mut self, token: usize) -> Option<usize> {
        while let Some((held_back, level)) = self.held_back.front() {
            if *held_back >= token {
                return (*held_back == token).then_some(*level);
            }
            self.held_back.pop_front();
        }
        None
    }

    fn release(&mut self, token: usize) {
        if let Some((last, _)) = self.held_back.back()
            && *last == token
        {
            self.held_back.pop_back();
        } else if let Ok(place) = self.held_back.binary_search_by_key(&token, |(token, _)| *token) {
            self.held_back.remove(place);
        }
    }
}

impl Scanner<'_> {
    /// Says whether the first token of the queue may still turn out to be a key.
    #[inline]
    pub(super) fn is_first_held_back(&mut self) -> Result<bool, SyntaxError> {
        match self.keys.level_of(self.taken) {
            Some(level) => self.is_key_valid(level),
            None => Ok(false),
        }
    }

    /// Says whether the level's key may still be one: it must end on its line, within [`MAX_LENGTH`].
    fn is_key_valid(&mut self, level: usize) -> Result<bool, SyntaxError> {
        let Some(key) = self.keys.levels.get_mut(level).filter(|key| key.is_possible) else {
            return Ok(false);
        };
        if key.mark.line == self.cursor.line() && !self.cursor.is_beyond(key.at, MAX_LENGTH) {
            return Ok(true);
        }
        if key.is_required {
            let start = key.mark;
            return Err(self.no_colon(start));
        }
        key.is_possible = false;
        Ok(false)
    }

    fn no_colon(&self, start: Mark) -> SyntaxError {
        self.error("could not find expected ':'")
            .within("while scanning a simple key", start)
    }

    /// Notes that the next token may be a key, if one is allowed here.
    pub(super) fn save_key(&mut self) -> Result<(), SyntaxError> {
        if !self.is_key_allowed {
            return Ok(());
        }
        self.remove_key()?;
        let level = self.keys.flow_level();
        let token = self.next_number();
        self.keys.levels[level] = SimpleKey {
            is_possible: true,
            is_required: level == 0 && self.indent == Some(self.cursor.column()),
            token,
            at: self.cursor.at(),
            mark: self.cursor.mark(),
        };
        self.keys.held_back.push_back((token, level));
        Ok(())
    }

    /// Gives up the key of this level.
    pub(super) fn remove_key(&mut self) -> Result<(), SyntaxError> {
        let level = self.keys.flow_level();
        let key = &mut self.keys.levels[level];
        if key.is_possible {
            if key.is_required {
                let start = key.mark;
                return Err(self.no_colon(start));
            }
            key.is_possible = false;
            let token = key.token;
            self.keys.release(token);
        }
        Ok(())
    }

    /// Takes the key of this level, now that there is a `:`.
    pub(super) fn take_key(&mut self) -> Result<Option<SimpleKey>, SyntaxError> {
        let level = self.keys.flow_level();
        if !self.is_key_valid(level)? {
            return Ok(None);
        }
        let key = &mut self.keys.levels[level];
        key.is_possible = false;
        let key = *key;
        self.keys.release(key.token);
        Ok(Some(key))
    }

    /// Starts a level without a key. Its number is that of the bracket, until it has a key of its own.
    pub(super) fn push_key_level(&mut self) {
        let token = self.next_number();
        self.keys.levels.push(SimpleKey::none(token));
    }

    /// Ends a level, and the wait for its key, even if that is the bracket's.
    pub(super) fn pop_key_level(&mut self) {
        if self.keys.flow_level() > 0
            && let Some(key) = self.keys.levels.pop()
        {
            self.keys.release(key.token);
        }
    }
}
