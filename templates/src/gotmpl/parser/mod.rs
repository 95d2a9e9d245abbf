//! Builds the trees of a text: its own and those that it defines.

mod control;
mod pipelines;
mod tokens;

use super::ast::{
    Command, Constant, Constants, Expression, Node, Parsed, ROOT, SharedBytes, Source, Span, Symbol,
};
use super::error::ParseError;
use super::functions;
use super::lexer::Lexer;
use super::nodes::{List, Nodes, Target};
use super::printf::quote;
use super::stack::StackGuard;
use super::token::{Keyword, LONGEST, Token, TokenKind};
use std::borrow::Cow;
use std::cell::Cell;
use std::sync::Arc;

/// Parses a text: gives its own tree and those of its definitions, all with different names.
///
/// # Errors
///
/// Returns the first place where the text is not a template, with Go's words.
pub(super) fn parse(
    name: Cow<'static, str>,
    text: SharedBytes,
    functions: &functions::Names,
    guard: StackGuard,
) -> Result<Parsed, ParseError> {
    if (*text).as_ref().len() > LONGEST {
        return Err(ParseError {
            template: name.into_owned(),
            line: 1,
            message: "text is too large".into(),
            place: None,
            opened: None,
        });
    }
    let Scratch {
        nodes,
        constants,
        unfinished,
    } = SCRATCH.take();
    let source = Source::new(name, Arc::clone(&text), (nodes, constants));
    let start = Token::new(TokenKind::Eof, 0..0);
    let mut parser = Parser {
        source,
        text: (*text).as_ref(),
        lexer: Lexer::new((*text).as_ref()),
        functions,
        guard,
        tokens: [start; 2],
        pending: 0,
        names: vec![b"$"],
        scope: Scope::default(),
        depth: 0,
        action: None,
        open: Vec::new(),
        unfinished,
    };
    parser.lexer.has_loop_keywords = functions.find(b"break").is_none();
    match parser.file() {
        Ok(()) => Ok(parser.finish()),
        Err(message) => Err(parser.error(message)),
    }
}

/// Memory that parsing needs, kept for the next text.
///
/// How much a text needs is known afterwards. Then it gets just that, in one piece each, side by side with what others
/// were parsed to: memory that is touched for the first time is dear.
#[derive(Default)]
struct Scratch {
    nodes: Nodes,
    constants: Constants,
    unfinished: Unfinished,
}

thread_local! {
    static SCRATCH: Cell<Scratch> = Cell::default();
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
    tokens: [Token; 2],
    pending: usize,
    /// The names of variables; a symbol is a position here.
    names: Vec<&'s [u8]>,
    scope: Scope,
    depth: usize,
    /// Where the action that is being parsed starts.
    action: Option<usize>,
    /// Where the actions start whose `end` is still to come, the innermost last.
    open: Vec<usize>,
    unfinished: Unfinished,
}

/// What lists that are not at their end have so far, those of inner lists behind those of outer ones. A list goes to
/// its source when it is whole.
#[derive(Default)]
struct Unfinished {
    nodes: Vec<Node>,
    targets: Vec<Target>,
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

impl Parser<'_> {
    /// Returns what was parsed.
    fn finish(self) -> Parsed {
        let Self {
            mut source,
            unfinished,
            ..
        } = self;
        let (mut nodes, mut constants) = source.fit();
        nodes.clear();
        constants.clear();
        SCRATCH.set(Scratch {
            nodes,
            constants,
            unfinished,
        });
        Parsed(Arc::new(source))
    }

    fn file(&mut self) -> Outcome<()> {
        let mark = self.unfinished.nodes.len();
        loop {
            let token = self.peek();
            if token.kind == TokenKind::Eof {
                break;
            }
            if token.kind == TokenKind::LeftDelimiter {
                let delimiter = self.next();
                if self.next().kind == TokenKind::Keyword(Keyword::Define) {
                    self.definition(delimiter.start())?;
                    continue;
                }
                self.put_back(delimiter);
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
        let token = self.next();
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
        let source = &mut self.source;
        let text = source.tree_name(name);
        let is_same = |(other, _): &(Option<Constant>, _)| source.tree_name(*other) == text;
        match source.trees.iter().position(is_same) {
            None => source.trees.push((name, root)),
            Some(at) if source.is_blank(source.trees[at].1) => source.trees[at].1 = root,
            Some(_) if source.is_blank(root) => {}
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
        while self.peek().kind != TokenKind::Eof {
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
        let token = self.next();
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
        let token = self.next();
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
        if let TokenKind::RawString | TokenKind::String = token.kind {
            if self.peek().kind == TokenKind::RightDelimiter
                && let Some(text) = self.plain(token)
            {
                self.next();
                return Ok(Item::Node(Node::Text(text)));
            }
            self.put_back(token);
        } else {
            self.backup();
        }
        let pipe = self.pipeline("command", TokenKind::RightDelimiter)?;
        Ok(Item::Node(Node::Action(pipe)))
    }

    /// Returns the span from a position to the token that was read last.
    fn span_from(&self, start: usize) -> Span {
        span(start, self.tokens[self.pending].end())
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
