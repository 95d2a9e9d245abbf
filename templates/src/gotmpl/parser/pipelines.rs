//! Pipelines: commands, and what they are made of.

use super::super::ast::{Command, Expression, Names, Naming, Pipe, Source, Symbol};
use super::super::nodes::List;
use super::super::number::{parse_char, parse_complex, parse_number};
use super::super::printed::Printed;
use super::super::printf::quote;
use super::super::token::{Keyword, Token, TokenKind};
use super::{Outcome, Parser, span, span_of};

/// Go's limit for parentheses within parentheses.
const DEEPEST: usize = 10_000;

impl<'s> Parser<'s> {
    pub(super) fn pipeline(&mut self, context: &str, end: TokenKind) -> Outcome<Pipe> {
        let position = self.peek().start() as u32;
        let mut pipe = Pipe {
            position,
            commands: List::EMPTY,
            naming: None,
        };
        self.declarations(&mut pipe, context)?;
        let mark = self.unfinished.commands.len();
        loop {
            let token = self.next();
            if token.kind == end {
                pipe.commands = self.source.nodes.take(&mut self.unfinished.commands, mark);
                check_pipeline(&self.source, pipe, context)?;
                return Ok(pipe);
            }
            match token.kind {
                TokenKind::Bool
                | TokenKind::CharConstant
                | TokenKind::Complex
                | TokenKind::Keyword(Keyword::Dot | Keyword::Nil)
                | TokenKind::Field
                | TokenKind::Identifier
                | TokenKind::Number
                | TokenKind::RawString
                | TokenKind::String
                | TokenKind::Variable
                | TokenKind::LeftParen => {
                    self.backup();
                    let command = self.command()?;
                    self.unfinished.commands.push(command);
                }
                _ => return self.unexpected(token, context),
            }
        }
    }

    /// Parses `$x :=`, `$x =` and, in a range, `$x, $y :=`; puts everything back that is none of these.
    pub(super) fn declarations(&mut self, pipe: &mut Pipe, context: &str) -> Outcome<()> {
        self.unfinished.targets.clear();
        loop {
            let variable = self.peek();
            if variable.kind != TokenKind::Variable {
                return Ok(());
            }
            self.next();
            let next = self.peek();
            match next.kind {
                TokenKind::Assign | TokenKind::Declare => {
                    let is_assignment = next.kind == TokenKind::Assign;
                    self.next();
                    self.declare(variable);
                    let variables = self.source.nodes.take(&mut self.unfinished.targets, 0);
                    let naming = Naming {
                        is_assignment,
                        variables,
                    };
                    pipe.naming = Some(self.source.nodes.add(naming));
                    return Ok(());
                }
                TokenKind::Char if self.bytes(next) == b"," => {
                    self.next();
                    self.declare(variable);
                    if context != "range" || self.unfinished.targets.len() >= 2 {
                        return Err(format!("too many declarations in {context}"));
                    }
                    match self.peek().kind {
                        TokenKind::Variable | TokenKind::RightDelimiter | TokenKind::RightParen => {}
                        _ => return Err("range can only initialize variables".into()),
                    }
                }
                _ => {
                    self.put_back(variable);
                    return Ok(());
                }
            }
        }
    }

    pub(super) fn declare(&mut self, token: Token) {
        let symbol = self.symbol(token);
        self.unfinished.targets.push((symbol, span_of(token)));
        self.scope.variables.push(symbol);
    }

    pub(super) fn symbol(&mut self, token: Token) -> Symbol {
        let name = &self.text[token.start()..token.end()];
        let known = self.names.iter().position(|other| *other == name);
        Symbol(known.unwrap_or_else(|| {
            self.names.push(name);
            self.names.len() - 1
        }) as u32)
    }

    pub(super) fn command(&mut self) -> Outcome<Command> {
        let position = self.peek().start() as u32;
        let mark = self.unfinished.words.len();
        loop {
            let operand = self.operand()?;
            self.unfinished.words.extend(operand);
            let token = self.next();
            match token.kind {
                TokenKind::RightDelimiter | TokenKind::RightParen => self.backup(),
                TokenKind::Pipe => {}
                _ if operand.is_some() && token.is_spaced() => {
                    self.backup();
                    continue;
                }
                _ => return self.unexpected(token, "operand"),
            }
            break;
        }
        let words = self.source.nodes.take(&mut self.unfinished.words, mark);
        if words.is_empty() {
            return Err("empty command".into());
        }
        Ok(Command { position, words })
    }

    /// Parses a term with the fields behind it.
    pub(super) fn operand(&mut self) -> Outcome<Option<Expression>> {
        let Some(mut term) = self.term()? else {
            return Ok(None);
        };
        let first = self.peek();
        let is_field = |token: Token| token.kind == TokenKind::Field && !token.is_spaced();
        if !is_field(first) {
            return Ok(Some(term));
        }
        let mut last = first;
        while is_field(self.peek()) {
            last = self.next();
        }
        // The fields stand side by side: whatever is between them would have ended the operand.
        let names = |start: usize| Names(span(start, last.end()));
        match &mut term {
            Expression::Field(own) => *own = names(own.0.start as usize),
            Expression::Variable(_, whole) => whole.end = last.end() as u32,
            Expression::Bool(..)
            | Expression::String(..)
            | Expression::Number(..)
            | Expression::Nil(_)
            | Expression::Dot(_) => {
                // The error is where the fields end, not at what stands behind the blanks after them.
                self.tokens[0] = Token::new(TokenKind::Eof, last.end()..last.end());
                let term = Printed(&self.source, &term).to_string();
                return Err(format!("unexpected . after term {}", quote(term.as_bytes())));
            }
            _ => {
                let inner = self.source.nodes.add(term);
                return Ok(Some(Expression::Chain(inner, names(first.start() + 1))));
            }
        }
        Ok(Some(term))
    }

    pub(super) fn term(&mut self) -> Outcome<Option<Expression>> {
        let token = self.next();
        let position = token.start() as u32;
        Ok(Some(match token.kind {
            TokenKind::Identifier => self.function(token)?,
            TokenKind::Keyword(Keyword::Dot) => Expression::Dot(position),
            TokenKind::Keyword(Keyword::Nil) => Expression::Nil(position),
            TokenKind::Variable => self.variable(token)?,
            TokenKind::Field => Expression::Field(Names(span(token.start() + 1, token.end()))),
            TokenKind::Bool => Expression::Bool(self.bytes(token) == b"true", position),
            TokenKind::CharConstant | TokenKind::Complex | TokenKind::Number => self.number(token)?,
            TokenKind::LeftParen => {
                let pipe = self.parenthesized()?;
                Expression::Pipe(self.source.nodes.add(pipe))
            }
            TokenKind::String | TokenKind::RawString => {
                Expression::String(span_of(token), self.unquoted(token)?)
            }
            _ => {
                self.backup();
                return Ok(None);
            }
        }))
    }

    pub(super) fn function(&self, token: Token) -> Outcome<Expression> {
        let name = self.bytes(token);
        match self.functions.find(name) {
            Some(number) => Ok(Expression::Function(span_of(token), number as u32)),
            None => Err(format!("function {} not defined", quote(name))),
        }
    }

    pub(super) fn variable(&mut self, token: Token) -> Outcome<Expression> {
        let symbol = self.symbol(token);
        if !self.scope.variables.contains(&symbol) {
            return Err(format!("undefined variable {}", quote(self.bytes(token))));
        }
        Ok(Expression::Variable(symbol, span_of(token)))
    }

    pub(super) fn number(&mut self, token: Token) -> Outcome<Expression> {
        let text = self.bytes(token);
        let digits = String::from_utf8_lossy(text);
        let number = match token.kind {
            TokenKind::CharConstant => parse_char(text),
            TokenKind::Complex => parse_complex(&digits),
            _ => parse_number(&digits),
        }?;
        Ok(Expression::Number(
            span_of(token),
            self.source.nodes.number(number),
        ))
    }

    pub(super) fn parenthesized(&mut self) -> Outcome<Pipe> {
        if self.depth >= DEEPEST {
            return Err("max expression depth exceeded".into());
        }
        self.check_stack()?;
        self.depth += 1;
        let pipe = self.pipeline("parenthesized pipeline", TokenKind::RightParen)?;
        self.depth -= 1;
        Ok(pipe)
    }

    pub(super) fn check_stack(&self) -> Outcome<()> {
        if self.guard.is_exhausted() {
            Err("max expression depth exceeded".into())
        } else {
            Ok(())
        }
    }
}

/// A pipeline has a command, and constants only at its start.
fn check_pipeline(source: &Source, pipe: Pipe, context: &str) -> Outcome<()> {
    if pipe.commands.is_empty() {
        return Err(format!("missing value for {context}"));
    }
    for (stage, command) in source[pipe.commands].iter().enumerate().skip(1) {
        if let Expression::Bool(..)
        | Expression::Dot(_)
        | Expression::Nil(_)
        | Expression::Number(..)
        | Expression::String(..) = source[command.words][0]
        {
            return Err(format!("non executable command in pipeline stage {}", stage + 1));
        }
    }
    Ok(())
}
