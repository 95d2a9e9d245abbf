//! Builds the trees of a text: its own and those that it defines.

use super::ast::{
    Branch, Command, Constant, Expression, ExpressionKind, Names, Node, Parsed, Pipe, Printed, ROOT,
    SharedBytes, Source, Span, Symbol,
};
use super::error::ParseError;
use super::functions;
use super::lexer::Lexer;
use super::nodes::{Id, List, Target};
use super::number::{parse_char, parse_complex, parse_number};
use super::printf::quote;
use super::stack::StackGuard;
use super::token::{Keyword, Token, TokenKind};
use super::unquote::unquote;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

/// Go's limit for parentheses within parentheses.
const DEEPEST: usize = 10_000;

/// Parses a text: gives its own tree and those of its definitions, all with different names.
///
/// # Errors
///
/// Returns the first place where the text is not a template, with Go's words.
pub(super) fn parse(
    name: &str,
    text: SharedBytes,
    functions: &functions::Names,
    guard: StackGuard,
) -> Result<Parsed, ParseError> {
    if u32::try_from((*text).as_ref().len()).is_err() {
        return Err(ParseError {
            template: name.to_owned(),
            line: 1,
            message: "text is too large".into(),
            place: None,
            opened: None,
        });
    }
    let source = Source::new(name, Arc::clone(&text));
    let start = Token::new(TokenKind::Eof, 0..0);
    let mut parser = Parser {
        source,
        text: (*text).as_ref(),
        lexer: Lexer::new((*text).as_ref()),
        functions,
        guard,
        tokens: [start; 3],
        pending: 0,
        names: vec![b"$"],
        scope: Scope::default(),
        depth: 0,
        action: None,
        open: Vec::new(),
        trees: Vec::new(),
        unfinished: Unfinished::default(),
    };
    parser.lexer.has_loop_keywords = functions.find(b"break").is_none();
    match parser.file() {
        Ok(()) => {
            parser.source.nodes.shrink();
            Ok(Parsed {
                source: Arc::new(parser.source),
                trees: parser.trees,
            })
        }
        Err(message) => Err(parser.error(message)),
    }
}

/// What a definition starts anew: the variables that are visible, and in how many loops we are.
struct Scope {
    variables: Vec<Symbol>,
    loops: usize,
}

impl Default for Scope {
    fn default() -> Self {
        Self {
            variables: vec![ROOT],
            loops: 0,
        }
    }
}

struct Parser<'s> {
    source: Source,
    text: &'s [u8],
    lexer: Lexer<'s>,
    functions: &'s functions::Names,
    guard: StackGuard,
    /// Tokens that were read and put back, the next one last.
    tokens: [Token; 3],
    pending: usize,
    /// The names of variables; a symbol is a position here.
    names: Vec<&'s [u8]>,
    scope: Scope,
    depth: usize,
    /// Where the action that is being parsed starts.
    action: Option<usize>,
    /// Where the actions start whose `end` is still to come, the innermost last.
    open: Vec<usize>,
    /// Names and nodes.
    trees: Vec<(Option<Constant>, List<Node>)>,
    unfinished: Unfinished,
}

/// What lists that are not at their end have so far, those of inner lists behind those of outer ones. A list goes to
/// its source when it is whole.
#[derive(Default)]
struct Unfinished {
    nodes: Vec<Node>,
    commands: Vec<Command>,
    words: Vec<Expression>,
}

/// How a list of nodes ended.
enum End {
    End,
    Else,
}

impl End {
    fn describe(&self) -> &'static str {
        match self {
            Self::End => "{{end}}",
            Self::Else => "{{else}}",
        }
    }
}

/// A node, or the end of the list that it would be in.
enum Item {
    Node(Node),
    End(End),
}

type Outcome<T> = Result<T, String>;

impl<'s> Parser<'s> {
    /// Tokens.
    #[inline]
    fn next(&mut self) -> Token {
        if self.pending > 0 {
            self.pending -= 1;
            return self.tokens[self.pending];
        }
        self.scan()
    }

    fn scan(&mut self) -> Token {
        let token = self.lexer.next_token();
        self.tokens[0] = token;
        token
    }

    fn backup(&mut self) {
        self.pending += 1;
    }

    fn peek(&mut self) -> Token {
        let token = self.next();
        self.backup();
        token
    }

    fn next_non_space(&mut self) -> Token {
        loop {
            let token = self.next();
            if token.kind != TokenKind::Space {
                return token;
            }
        }
    }

    fn peek_non_space(&mut self) -> Token {
        let token = self.next_non_space();
        self.backup();
        token
    }

    fn bytes(&self, token: Token) -> &[u8] {
        &self.text[token.start()..token.end()]
    }

    fn line(&self, position: usize) -> usize {
        1 + self.text[..position]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count()
    }

    /// The line of an error is that of the token that was read last, as in Go.
    fn error(&self, message: String) -> ParseError {
        let token = self.tokens[0];
        let place = self.word_of(&message).unwrap_or(token.start()..token.end());
        let opened = self.not_closed(&message);
        let opened = opened.map(|start| start..self.end_of_line(start));
        ParseError {
            template: self.source.name.to_string(),
            line: self.line(token.start()),
            message,
            place: Some(Box::new(self.source.locate_part(place))),
            opened: opened.map(|part| Box::new(self.source.locate_part(part))),
        }
    }

    /// Finds the word that a message quotes; it is the token that was read last, or a bit before that.
    fn word_of(&self, message: &str) -> Option<Range<usize>> {
        let (_, quoted) = message.split_once('"')?;
        let (word, _) = quoted.split_once('"').filter(|(word, _)| !word.is_empty())?;
        let end = self.tokens[0].end();
        let start = self.action.unwrap_or(0).min(end);
        let before = self.text.get(start..end)?;
        let found = before
            .windows(word.len())
            .rposition(|part| part == word.as_bytes())?;
        Some(start + found..start + found + word.len())
    }

    /// Finds the start of the action that a message misses the end of, or that began some lines above.
    fn not_closed(&self, message: &str) -> Option<usize> {
        let is_block_open = message == "unexpected EOF" || message.starts_with("unexpected <define>");
        if is_block_open {
            return self.open.last().copied();
        }
        let line = self.line(self.tokens[0].start());
        let is_whole = |start: &usize| self.line(*start) == line && !message.starts_with("unclosed action");
        self.action.filter(|start| !is_whole(start))
    }

    fn end_of_line(&self, start: usize) -> usize {
        let rest = &self.text[start..];
        let end = rest.iter().position(|byte| *byte == b'\n');
        start + rest[..end.unwrap_or(rest.len())].trim_ascii_end().len()
    }

    fn unexpected<T>(&self, token: Token, context: &str) -> Outcome<T> {
        if token.kind != TokenKind::Error {
            return Err(format!("unexpected {} in {context}", token.describe(self.text)));
        }
        let message = self.lexer.error.clone().unwrap_or_default();
        let started = self
            .action
            .map(|start| self.line(start))
            .filter(|line| *line != self.line(token.start()));
        Err(match started {
            None => message,
            Some(line) => {
                let within = if message.ends_with(" action") {
                    ""
                } else {
                    " in action"
                };
                format!("{message}{within} started at {}:{line}", self.source.name)
            }
        })
    }

    fn expect(&mut self, kind: TokenKind, context: &str) -> Outcome<Token> {
        let token = self.next_non_space();
        if token.kind == kind {
            Ok(token)
        } else {
            self.unexpected(token, context)
        }
    }

    /// Lists and actions.
    fn file(&mut self) -> Outcome<()> {
        let mark = self.unfinished.nodes.len();
        loop {
            let token = self.peek();
            if token.kind == TokenKind::Eof {
                break;
            }
            if token.kind == TokenKind::LeftDelimiter {
                let delimiter = self.next();
                if self.next_non_space().kind == TokenKind::Keyword(Keyword::Define) {
                    self.definition(delimiter.start())?;
                    continue;
                }
                self.tokens[1] = delimiter;
                self.pending = 2;
            }
            match self.text_or_action()? {
                Item::Node(node) => self.unfinished.nodes.push(node),
                Item::End(end) => return Err(format!("unexpected {}", end.describe())),
            }
        }
        let root = self.source.nodes.take(&mut self.unfinished.nodes, mark);
        self.add(None, root)
    }

    fn definition(&mut self, start: usize) -> Outcome<()> {
        const CONTEXT: &str = "define clause";
        let token = self.next_non_space();
        let name = self.template_name(token, CONTEXT)?;
        self.expect(TokenKind::RightDelimiter, CONTEXT)?;
        self.action = Some(start);
        let root = self.inner_template(CONTEXT)?;
        self.add(Some(name), root)
    }

    /// Parses the body of a `define` or `block`, which sees no variables and no loop from outside.
    fn inner_template(&mut self, context: &str) -> Outcome<List<Node>> {
        let outer = std::mem::take(&mut self.scope);
        self.open.extend(self.action.take());
        let (root, end) = self.list()?;
        self.open.pop();
        self.scope = outer;
        match end {
            End::End => Ok(root),
            End::Else => Err(format!("unexpected {{{{else}}}} in {context}")),
        }
    }

    fn add(&mut self, name: Option<Constant>, root: List<Node>) -> Outcome<()> {
        let text = self.source.tree_name(name);
        let is_same = |(other, _): &&mut (Option<Constant>, _)| self.source.tree_name(*other) == text;
        match self.trees.iter_mut().find(is_same) {
            None => self.trees.push((name, root)),
            Some((_, other)) if self.source.is_blank(*other) => *other = root,
            Some(_) if self.source.is_blank(root) => {}
            Some(_) => {
                return Err(format!(
                    "template: multiple definition of template {}",
                    quote(text)
                ));
            }
        }
        Ok(())
    }

    fn list(&mut self) -> Outcome<(List<Node>, End)> {
        let mark = self.unfinished.nodes.len();
        while self.peek_non_space().kind != TokenKind::Eof {
            match self.text_or_action()? {
                Item::Node(node) => self.unfinished.nodes.push(node),
                Item::End(end) => {
                    let list = self.source.nodes.take(&mut self.unfinished.nodes, mark);
                    return Ok((list, end));
                }
            }
        }
        Err("unexpected EOF".into())
    }

    fn text_or_action(&mut self) -> Outcome<Item> {
        let token = self.next_non_space();
        match token.kind {
            TokenKind::Text => Ok(Item::Node(Node::Text(span(token.start(), token.end())))),
            TokenKind::LeftDelimiter => {
                self.action = Some(token.start());
                let item = self.action()?;
                self.action = None;
                Ok(item)
            }
            _ => self.unexpected(token, "input"),
        }
    }

    fn action(&mut self) -> Outcome<Item> {
        let token = self.next_non_space();
        if let TokenKind::Keyword(keyword) = token.kind {
            match keyword {
                Keyword::Block => return self.block().map(Item::Node),
                Keyword::Break | Keyword::Continue => {
                    return self.loop_control(keyword, token).map(Item::Node);
                }
                Keyword::Else => return self.else_control().map(|()| Item::End(End::Else)),
                Keyword::End => {
                    self.expect(TokenKind::RightDelimiter, "end")?;
                    return Ok(Item::End(End::End));
                }
                Keyword::If => return self.branching("if", Node::If).map(Item::Node),
                Keyword::Range => return self.branching("range", Node::Range).map(Item::Node),
                Keyword::With => return self.branching("with", Node::With).map(Item::Node),
                Keyword::Template => return self.template().map(Item::Node),
                Keyword::Define | Keyword::Dot | Keyword::Nil => {}
            }
        }
        self.backup();
        let start = self.peek().start();
        let pipe = self.pipeline("command", TokenKind::RightDelimiter)?;
        Ok(Item::Node(Node::Action(self.span_from(start), pipe)))
    }

    /// Returns the span from a position to the token that was read last.
    fn span_from(&self, start: usize) -> Span {
        span(start, self.tokens[self.pending].end())
    }

    fn loop_control(&mut self, keyword: Keyword, token: Token) -> Outcome<Node> {
        let name = if keyword == Keyword::Break {
            "{{break}}"
        } else {
            "{{continue}}"
        };
        let next = self.next_non_space();
        if next.kind != TokenKind::RightDelimiter {
            return self.unexpected(next, name);
        }
        if self.scope.loops == 0 {
            return Err(format!("{name} outside {{{{range}}}}"));
        }
        let span = span(token.start(), token.end());
        Ok(if keyword == Keyword::Break {
            Node::Break(span)
        } else {
            Node::Continue(span)
        })
    }

    fn else_control(&mut self) -> Outcome<()> {
        // "else if" and "else with" leave their word to the branch that the else belongs to.
        if let TokenKind::Keyword(Keyword::If | Keyword::With) = self.peek_non_space().kind {
            return Ok(());
        }
        self.expect(TokenKind::RightDelimiter, "else").map(|_| ())
    }

    fn branch(&mut self, context: &'static str) -> Outcome<Branch> {
        self.check_stack()?;
        let visible = self.scope.variables.len();
        let pipe = self.pipeline(context, TokenKind::RightDelimiter)?;
        let span = self.span_from(pipe.position as usize);
        self.scope.loops += usize::from(context == "range");
        self.open.push(self.action.unwrap_or(pipe.position as usize));
        let (list, end) = self.list()?;
        self.scope.loops -= usize::from(context == "range");
        let otherwise = match end {
            End::End => None,
            End::Else => Some(self.otherwise(context)?),
        };
        self.open.pop();
        self.scope.variables.truncate(visible);
        Ok(Branch {
            span,
            pipe,
            list,
            otherwise,
        })
    }

    /// Parses what `if`, `range` or `with` decides, and makes it the node that this is.
    fn branching(&mut self, context: &'static str, node: fn(Id<Branch>) -> Node) -> Outcome<Node> {
        let branch = self.branch(context)?;
        Ok(node(self.source.nodes.add(branch)))
    }

    fn otherwise(&mut self, context: &'static str) -> Outcome<List<Node>> {
        let node: fn(Id<Branch>) -> Node = match (context, self.peek().kind) {
            ("if", TokenKind::Keyword(Keyword::If)) => Node::If,
            ("with", TokenKind::Keyword(Keyword::With)) => Node::With,
            _ => {
                return match self.list()? {
                    (list, End::End) => Ok(list),
                    (_, End::Else) => Err("expected end; found {{else}}".into()),
                };
            }
        };
        self.next();
        let mark = self.unfinished.nodes.len();
        let only = self.branching(context, node)?;
        self.unfinished.nodes.push(only);
        Ok(self.source.nodes.take(&mut self.unfinished.nodes, mark))
    }

    fn block(&mut self) -> Outcome<Node> {
        const CONTEXT: &str = "block clause";
        let token = self.next_non_space();
        let name = self.template_name(token, CONTEXT)?;
        let pipe = self.pipeline(CONTEXT, TokenKind::RightDelimiter)?;
        let span = self.span_from(token.start());
        self.check_stack()?;
        let root = self.inner_template(CONTEXT)?;
        self.add(Some(name), root)?;
        Ok(Node::Template(span, name, Some(self.source.nodes.add(pipe))))
    }

    fn template(&mut self) -> Outcome<Node> {
        const CONTEXT: &str = "template clause";
        let token = self.next_non_space();
        let name = self.template_name(token, CONTEXT)?;
        let mut pipe = None;
        if self.next_non_space().kind != TokenKind::RightDelimiter {
            self.backup();
            let given = self.pipeline(CONTEXT, TokenKind::RightDelimiter)?;
            pipe = Some(self.source.nodes.add(given));
        }
        Ok(Node::Template(self.span_from(token.start()), name, pipe))
    }

    fn template_name(&mut self, token: Token, context: &str) -> Outcome<Constant> {
        match token.kind {
            TokenKind::String | TokenKind::RawString => self.unquoted(token),
            _ => self.unexpected(token, context),
        }
    }

    fn unquoted(&mut self, token: Token) -> Outcome<Constant> {
        let text = unquote(&self.text[token.start()..token.end()]).ok_or("invalid syntax")?;
        Ok(match text {
            Cow::Borrowed(_) => self
                .source
                .constants
                .add_part(span(token.start() + 1, token.end() - 1)),
            Cow::Owned(text) => self.source.constants.add(&text),
        })
    }

    /// Pipelines.
    fn pipeline(&mut self, context: &str, end: TokenKind) -> Outcome<Pipe> {
        let position = self.peek_non_space().start() as u32;
        let mut pipe = Pipe {
            position,
            is_assignment: false,
            variables: List::EMPTY,
            commands: List::EMPTY,
        };
        self.declarations(&mut pipe, context)?;
        let mark = self.unfinished.commands.len();
        loop {
            let token = self.next_non_space();
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
    fn declarations(&mut self, pipe: &mut Pipe, context: &str) -> Outcome<()> {
        let mut targets = Vec::new();
        loop {
            let variable = self.peek_non_space();
            if variable.kind != TokenKind::Variable {
                return Ok(());
            }
            self.next();
            let after = self.peek();
            let next = self.peek_non_space();
            match next.kind {
                TokenKind::Assign | TokenKind::Declare => {
                    pipe.is_assignment = next.kind == TokenKind::Assign;
                    self.next_non_space();
                    self.declare(&mut targets, variable);
                    pipe.variables = self.source.nodes.take(&mut targets, 0);
                    return Ok(());
                }
                TokenKind::Char if self.bytes(next) == b"," => {
                    self.next_non_space();
                    self.declare(&mut targets, variable);
                    if context != "range" || targets.len() >= 2 {
                        return Err(format!("too many declarations in {context}"));
                    }
                    match self.peek_non_space().kind {
                        TokenKind::Variable | TokenKind::RightDelimiter | TokenKind::RightParen => {}
                        _ => return Err("range can only initialize variables".into()),
                    }
                }
                _ => {
                    self.put_back(variable, after);
                    return Ok(());
                }
            }
        }
    }

    /// Puts a variable back, with the space after it if there was one; the token behind is still pending.
    fn put_back(&mut self, variable: Token, after: Token) {
        if after.kind == TokenKind::Space {
            self.tokens[1] = after;
            self.tokens[2] = variable;
            self.pending = 3;
        } else {
            self.tokens[1] = variable;
            self.pending = 2;
        }
    }

    fn declare(&mut self, targets: &mut Vec<Target>, token: Token) {
        let symbol = self.symbol(token);
        targets.push((symbol, span_of(token)));
        self.scope.variables.push(symbol);
    }

    fn symbol(&mut self, token: Token) -> Symbol {
        let name = &self.text[token.start()..token.end()];
        let known = self.names.iter().position(|other| *other == name);
        Symbol(known.unwrap_or_else(|| {
            self.names.push(name);
            self.names.len() - 1
        }) as u32)
    }

    fn command(&mut self) -> Outcome<Command> {
        let position = self.peek_non_space().start() as u32;
        let mark = self.unfinished.words.len();
        loop {
            self.peek_non_space();
            if let Some(operand) = self.operand()? {
                self.unfinished.words.push(operand);
            }
            let token = self.next();
            match token.kind {
                TokenKind::Space => continue,
                TokenKind::RightDelimiter | TokenKind::RightParen => self.backup(),
                TokenKind::Pipe => {}
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
    fn operand(&mut self) -> Outcome<Option<Expression>> {
        let Some(mut term) = self.term()? else {
            return Ok(None);
        };
        let first = self.peek();
        if first.kind != TokenKind::Field {
            return Ok(Some(term));
        }
        let mut last = first;
        while self.peek().kind == TokenKind::Field {
            last = self.next();
        }
        // The fields stand side by side: whatever is between them would have ended the operand.
        let names = |start: usize| Names(span(start, last.end()));
        let position = first.start() as u32;
        match &mut term.kind {
            ExpressionKind::Field(own) => *own = names(own.0.start as usize),
            ExpressionKind::Variable(_, _, own) => *own = Some(names(first.start() + 1)),
            ExpressionKind::Bool(_)
            | ExpressionKind::String(..)
            | ExpressionKind::Number(..)
            | ExpressionKind::Nil
            | ExpressionKind::Dot => {
                let term = Printed(&self.source, &term).to_string();
                return Err(format!("unexpected . after term {}", quote(term.as_bytes())));
            }
            _ => {
                let kind = ExpressionKind::Chain(self.source.nodes.add(term), names(first.start() + 1));
                return Ok(Some(Expression { position, kind }));
            }
        }
        term.position = position;
        Ok(Some(term))
    }

    fn term(&mut self) -> Outcome<Option<Expression>> {
        let token = self.next_non_space();
        let kind = match token.kind {
            TokenKind::Identifier => self.function(token)?,
            TokenKind::Keyword(Keyword::Dot) => ExpressionKind::Dot,
            TokenKind::Keyword(Keyword::Nil) => ExpressionKind::Nil,
            TokenKind::Variable => self.variable(token)?,
            TokenKind::Field => ExpressionKind::Field(Names(span(token.start() + 1, token.end()))),
            TokenKind::Bool => ExpressionKind::Bool(self.bytes(token) == b"true"),
            TokenKind::CharConstant | TokenKind::Complex | TokenKind::Number => self.number(token)?,
            TokenKind::LeftParen => {
                let pipe = self.parenthesized()?;
                return Ok(Some(Expression {
                    position: pipe.position,
                    kind: ExpressionKind::Pipe(self.source.nodes.add(pipe)),
                }));
            }
            TokenKind::String | TokenKind::RawString => {
                ExpressionKind::String(span_of(token), self.unquoted(token)?)
            }
            _ => {
                self.backup();
                return Ok(None);
            }
        };
        Ok(Some(Expression {
            position: token.start() as u32,
            kind,
        }))
    }

    fn function(&self, token: Token) -> Outcome<ExpressionKind> {
        let name = self.bytes(token);
        match self.functions.find(name) {
            Some(number) => Ok(ExpressionKind::Function(span_of(token), number as u32)),
            None => Err(format!("function {} not defined", quote(name))),
        }
    }

    fn variable(&mut self, token: Token) -> Outcome<ExpressionKind> {
        let symbol = self.symbol(token);
        if !self.scope.variables.contains(&symbol) {
            return Err(format!("undefined variable {}", quote(self.bytes(token))));
        }
        Ok(ExpressionKind::Variable(symbol, span_of(token), None))
    }

    fn number(&mut self, token: Token) -> Outcome<ExpressionKind> {
        let text = self.bytes(token);
        let digits = String::from_utf8_lossy(text);
        let number = match token.kind {
            TokenKind::CharConstant => parse_char(text),
            TokenKind::Complex => parse_complex(&digits),
            _ => parse_number(&digits),
        }?;
        Ok(ExpressionKind::Number(
            span_of(token),
            self.source.nodes.add(number),
        ))
    }

    fn parenthesized(&mut self) -> Outcome<Pipe> {
        if self.depth >= DEEPEST {
            return Err("max expression depth exceeded".into());
        }
        self.check_stack()?;
        self.depth += 1;
        let pipe = self.pipeline("parenthesized pipeline", TokenKind::RightParen)?;
        self.depth -= 1;
        Ok(pipe)
    }

    fn check_stack(&self) -> Outcome<()> {
        if self.guard.is_exhausted() {
            Err("max expression depth exceeded".into())
        } else {
            Ok(())
        }
    }
}

fn span_of(token: Token) -> Span {
    span(token.start(), token.end())
}

fn span(start: usize, end: usize) -> Span {
    Span {
        start: start as u32,
        end: end as u32,
    }
}

/// A pipeline has a command, and constants only at its start.
fn check_pipeline(source: &Source, pipe: Pipe, context: &str) -> Outcome<()> {
    if pipe.commands.is_empty() {
        return Err(format!("missing value for {context}"));
    }
    for (stage, command) in source[pipe.commands].iter().enumerate().skip(1) {
        if let ExpressionKind::Bool(_)
        | ExpressionKind::Dot
        | ExpressionKind::Nil
        | ExpressionKind::Number(..)
        | ExpressionKind::String(..) = source[command.words][0].kind
        {
            return Err(format!("non executable command in pipeline stage {}", stage + 1));
        }
    }
    Ok(())
}
