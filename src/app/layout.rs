//! Where everything stands: a pure function of the terminal's size and of what is open. Drawing, paging and later the mouse
//! read it, never what was painted last. Must not know what is drawn there.
//!
//! ```text
//! 160x48 (from 150x44)                     120x40 (from 120x40)              80x24, 60x16 (from 60x16)
//! +----------------------------------+     +----------------------------+    +----------------------+
//! | header                           |     | header                     |    | header               |
//! +-----------+-------------+--------+     +-----------+----------------+    | 1  2  3  [4]  5      |
//! | 1 Action  | 4 Mapping   | 5 Log  |     | 1 Action  | 4 Mapping      |    |----------------------|
//! +-----------+             |        |     +-----------+                |    |                      |
//! | 2 Account |             |        |     | 2 Account |                |    | the pane in focus    |
//! +-----------+             +--------+     +-----------+                |    |                      |
//! | 3 Settings|-------------| Run    |     | 3 Settings|                |    |                      |
//! |           | Plan        |        |     |           |                |    |                      |
//! +-----------+-------------+        |     +-----------+----------------+    |-- replay ------------|
//! |-- replay ---------------|        |     | 5 Log                      |    | message, two rows    |
//! +-------------------------+--------+     +----------------------------+    | footer               |
//! | message, two rows                |     |-- replay ------------------|    +----------------------+
//! | footer                           |     | message, two rows          |    anything smaller: a
//! +----------------------------------+     | footer                     |    notice that says so
//!                                          +----------------------------+
//! ```
//! The first pane is as tall as the intent needs, as far as the others can spare it. The replay's rows are there only
//! while there is one. Without a place of its own, the plan is under the mapper's rows.

use super::Size;
use super::edit::wrap;

/// The smallest terminal with everything in it.
pub const SMALLEST: Size = Size { width: 60, height: 16 };

/// A part of the screen in cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Area {
    /// From the left.
    pub x: u16,
    /// From the top.
    pub y: u16,
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

impl Area {
    /// Nothing fits in it.
    pub fn is_empty(self) -> bool {
        self.width == 0 || self.height == 0
    }

    /// The rows from `y` on, at most `height`.
    #[must_use]
    pub fn rows(self, y: u16, height: u16) -> Self {
        let y = y.min(self.height);
        Self { y: self.y + y, height: height.min(self.height - y), ..self }
    }

    /// The columns from `x` on, at most `width`.
    #[must_use]
    pub fn columns(self, x: u16, width: u16) -> Self {
        let x = x.min(self.width);
        Self { x: self.x + x, width: width.min(self.width - x), ..self }
    }

    /// The row below it.
    #[must_use]
    pub fn below(self) -> Self {
        Self { y: self.y + self.height, height: 1, ..self }
    }

    /// Without a frame of one cell.
    #[must_use]
    pub fn inner(self) -> Self {
        let (width, height) = (self.width.saturating_sub(2), self.height.saturating_sub(2));
        Self { x: self.x + self.width.min(1), y: self.y + self.height.min(1), width, height }
    }

    /// Of at most this size, in the middle.
    #[must_use]
    pub fn centred(self, width: u16, height: u16) -> Self {
        let (width, height) = (width.min(self.width), height.min(self.height));
        Self { x: self.x + (self.width - width) / 2, y: self.y + (self.height - height) / 2, width, height }
    }
}

/// The five panes, in the guide's order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Pane {
    /// Name, intent, Offline Sync.
    Action,
    /// The Zoho organisation.
    Account,
    /// Contact creation and updates.
    Settings,
    /// Field mapping.
    Mapping,
    /// Sync log.
    Log,
}

impl Pane {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Action, Self::Account, Self::Settings, Self::Mapping, Self::Log];

    /// Its number on the screen, from 1.
    pub fn number(self) -> usize {
        self as usize + 1
    }

    /// Its title.
    pub fn title(self) -> &'static str {
        match self {
            Self::Action => "Action",
            Self::Account => "Account",
            Self::Settings => "Settings",
            Self::Mapping => "Field mapping",
            Self::Log => "Sync log",
        }
    }

    /// The pane `by` places on, around the end.
    #[must_use]
    pub fn step(self, by: usize) -> Self {
        Self::ALL[(self as usize + by) % 5]
    }
}

/// The parts of the screen. What is not there is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Layout {
    /// The first row.
    pub header: Area,
    /// The panes as a strip, where only one is shown.
    pub strip: Area,
    /// Everything between header and message: a screen without panes, or the panes together.
    pub body: Area,
    /// The panes with their frames.
    pub panes: [Area; 5],
    /// The panes have frames; a single one has none.
    pub framed: bool,
    /// The plan for the example conversation, with its frame.
    pub plan: Area,
    /// The selected run explained, with its frame, where there is room beside everything else.
    pub run: Area,
    /// The replay under way.
    pub replay: Area,
    /// What is to be said about what is selected.
    pub message: Area,
    /// The last row.
    pub footer: Area,
}

impl Layout {
    /// A pane with what is drawn in it: without its frame.
    pub fn pane(&self, pane: Pane) -> Area {
        let area = self.panes[pane as usize];
        if self.framed { area.inner() } else { area }
    }

    /// Where the selected run's explanation is drawn: without the frame.
    pub fn run_text(&self) -> Area {
        let inside = self.run.inner();
        inside.columns(1, inside.width.saturating_sub(2))
    }
}

impl Layout {
    /// How many of the mapper's last rows are not for rows.
    pub fn mapper_foot(&self) -> u16 {
        let height = self.pane(Pane::Mapping).height;
        let alone = !self.strip.is_empty();
        if alone && height >= 12 || height >= WITH_FOOT - 2 { 2 } else { 0 }
    }

    /// What is left under the mapper's rows for the plan, where it has no place of its own.
    pub fn under_rows(&self, rows: usize) -> Area {
        let area = self.pane(Pane::Mapping);
        // the head, the line that maps another field, a blank one
        let used = u16::try_from(rows + 3).unwrap_or(u16::MAX);
        let height = area.height.saturating_sub(self.mapper_foot()).saturating_sub(used);
        if self.plan.is_empty() && height >= 3 { area.rows(used, height) } else { Area::default() }
    }
}

/// How far everything about a run stands in from its outcome, in a plan.
pub const PLAN_INDENT: u16 = 4;

/// A text to read lies over the screen: the width of its frame, its lines' cells, and how many rows it has at most.
pub fn reading(size: Size, indent: u16) -> (u16, usize, u16) {
    let width = size.width.saturating_sub(4).min(100);
    (width, usize::from(width.saturating_sub(4 + indent)), size.height.saturating_sub(7))
}

/// The line from which on such a text fills its rows to the end: it goes no further up.
pub fn last_top<'t>(size: Size, lines: impl DoubleEndedIterator<Item = &'t str>, indent: u16) -> usize {
    let (_, cells, rows) = reading(size, indent);
    let lines: Vec<usize> = lines.map(|l| wrap(l, cells).len().max(1)).collect();
    let mut used = 0;
    let whole = lines.iter().rev().take_while(|n| {
        used += **n;
        used <= usize::from(rows)
    });
    (lines.len() - whole.count()).min(lines.len().saturating_sub(1))
}

/// The terminal is too small for anything but a notice.
pub fn too_small(size: Size) -> bool {
    size.width < SMALLEST.width || size.height < SMALLEST.height
}

/// A screen without panes.
pub fn plain(size: Size) -> Layout {
    let Size { width, height } = size;
    if too_small(size) {
        return Layout::default();
    }
    let all = Area { x: 0, y: 0, width, height };
    Layout {
        header: all.rows(0, 1),
        body: all.rows(2, height - 5),
        message: all.rows(height - 3, 2),
        footer: all.rows(height - 1, 1),
        ..Layout::default()
    }
}

/// The rows that the first pane has inside its frame at least: name, two of the intent, two of Offline Sync.
const FIRST: u16 = 5;
/// Where the values begin in the first pane, and the words about Offline Sync.
pub const VALUES: u16 = 16;
/// The rows of the mapper that are not of its mapping: frame, head, the line that maps another field, a blank one, foot.
const MAPPER: u16 = 7;
/// The rows of the mapper in its frame that leave room for its foot.
const WITH_FOOT: u16 = 18;
/// The columns of Offline Sync before its words.
pub const SWITCH: u16 = 7;

/// All five panes are seen.
fn five(size: Size) -> bool {
    size.width >= 150 && size.height >= 44
}

/// The columns of the panes on the left, where there are several: the permissions' titles fit.
const LEFT: u16 = 48;

/// How many rows the first pane would fill, of which as many are given as the others can spare.
pub fn first_pane_rows(size: Size, intent: &str, switch: &str) -> u16 {
    let width = usize::from(LEFT - 2 - VALUES);
    // more rows than any screen has are not counted
    let most = width * usize::from(size.height);
    let intent = intent.char_indices().nth(most).map_or(intent, |(i, _)| &intent[..i]);
    let rows = 1 + wrap(intent, width).len() + wrap(switch, width - usize::from(SWITCH)).len();
    u16::try_from(rows).unwrap_or(u16::MAX)
}

/// An open action, with this pane in focus; the first one would fill `first` rows, and the mapper has so many rows.
pub fn action(size: Size, focus: Pane, replaying: bool, first: u16, rows: usize) -> Layout {
    let mut out = plain(size);
    if too_small(size) {
        return out;
    }
    let Size { width, height } = size;
    let all = Area { x: 0, y: 0, width, height };
    if width < 120 || height < 40 {
        out.strip = all.rows(1, 1);
        let replay = match replaying {
            true if height >= 24 => 5,
            true => 3,
            false => 0,
        };
        out.body = all.rows(3, height - 6 - replay);
        out.replay = all.rows(height - 3 - replay, replay);
        out.panes[focus as usize] = out.body;
        return out;
    }
    out.framed = true;
    let five = five(size);
    let replay = match replaying {
        true if five => 8,
        true => 5,
        false => 0,
    };
    out.body = all.rows(1, height - 4);
    let log = if five { (width - LEFT) * 2 / 5 } else { 0 };
    let work = out.body.columns(0, width - log);
    out.replay = work.rows(work.height - replay, replay);
    let mut upper = work.rows(0, work.height - replay);
    // what the first pane would like beyond what it always has
    let more = first.saturating_sub(FIRST);
    if five {
        let column = out.body.columns(width - log, log);
        let list = column.height / 2;
        out.panes[Pane::Log as usize] = column.rows(0, list);
        out.run = column.rows(list, column.height);
    } else {
        let below = (upper.height - 26).saturating_sub(more).max(8);
        out.panes[Pane::Log as usize] = upper.rows(upper.height - below, below);
        upper = upper.rows(0, upper.height - below);
    }
    let column = upper.columns(0, LEFT);
    let (account, settings) = match five {
        true => (15, 18),
        // its last row is a blank one
        false => (7, 12 - more.min(1)),
    };
    let settings = settings.min(column.height);
    let first = FIRST + 2 + more.min(column.height.saturating_sub(FIRST + 2 + account + settings));
    out.panes[Pane::Action as usize] = column.rows(0, first);
    out.panes[Pane::Account as usize] = column.rows(first, column.height - first - settings);
    out.panes[Pane::Settings as usize] = column.rows(column.height - settings, settings);
    let mut mapper = upper.columns(LEFT, upper.width);
    if five {
        // what the mapper's rows, with head and foot, leave free
        let rows = u16::try_from(rows).unwrap_or(u16::MAX).saturating_add(MAPPER);
        let plan = (mapper.height * 2 / 5).min(18).max(mapper.height.saturating_sub(rows.max(WITH_FOOT)).min(24));
        out.plan = mapper.rows(mapper.height - plan, plan);
        mapper = mapper.rows(0, mapper.height - plan);
    }
    out.panes[Pane::Mapping as usize] = mapper;
    out
}

/// The parts of the screen of the agent's fields, between header and message. What is not there is empty.
///
/// ```text
/// from 100 columns                      from 76                  less: one, or the other
/// +----------+---------------------+    +-------+-----------+    +------------+
/// | fields   | form, while typing  |    | form, while typing|    | form       |
/// |          +---------------------+    +-------+-----------+    +------------+
/// |          | conversation        |    | fields| conver-   |    | fields, or |
/// +----------+                     |    | else  | sation    |    | conver-    |
/// | details  |                     |    |       |           |    | sation     |
/// +----------+---------------------+    +-------+-----------+    +------------+
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AgentLayout {
    /// The list.
    pub fields: Area,
    /// What is to be known of the selected field.
    pub details: Area,
    /// The conversation that the fields are tried on.
    pub trial: Area,
    /// The field being typed.
    pub form: Area,
    /// List and conversation have frames.
    pub framed: bool,
}

impl AgentLayout {
    /// Where something is drawn: without its frame.
    pub fn inside(&self, area: Area) -> Area {
        if self.framed {
            let inside = area.inner();
            return inside.columns(1, inside.width.saturating_sub(2));
        }
        area
    }
}

/// The agent's fields, with a form of so many lines (0: none), and the conversation in focus or not.
pub fn agent(size: Size, typing: u16, reading: bool) -> AgentLayout {
    let body = plain(size).body;
    let mut out = AgentLayout::default();
    let form = if typing == 0 { 0 } else { typing + 4 };
    if body.width >= 100 {
        out.framed = true;
        let left = if body.width >= 150 { 62 } else { 46 };
        let column = body.columns(0, left);
        let details = if column.height >= 28 { 9 } else { 0 };
        out.fields = column.rows(0, column.height - details);
        out.details = column.rows(column.height - details, details);
        let right = body.columns(left, body.width);
        out.form = right.rows(0, form);
        out.trial = right.rows(form, right.height);
        return out;
    }
    let body = body.columns(1, body.width.saturating_sub(2));
    out.form = body.rows(0, form);
    let rest = body.rows(form, body.height);
    if typing > 0 {
        out.trial = rest;
    } else if body.width >= 74 {
        out.fields = rest.columns(0, 36);
        out.trial = rest.columns(38, rest.width);
    } else if reading {
        out.trial = rest;
    } else {
        out.fields = rest;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(layout: &Layout) -> Vec<(usize, [u16; 4])> {
        let some = Pane::ALL.iter().filter(|p| !layout.panes[**p as usize].is_empty());
        some.map(|p| (p.number(), layout.panes[*p as usize])).map(|(n, a)| (n, [a.x, a.y, a.width, a.height])).collect()
    }

    #[test]
    fn the_pictures_above_in_cells() {
        let at = |width, height, replaying| shown(&action(Size { width, height }, Pane::Mapping, replaying, 0, 30));
        let five = [
            (1, [0, 1, 48, 7]),
            (2, [0, 8, 48, 19]),
            (3, [0, 27, 48, 18]),
            (4, [48, 1, 68, 27]),
            (5, [116, 1, 44, 22]),
        ];
        assert_eq!(at(160, 48, false), five);
        let plan = |rows| {
            let layout = action(Size { width: 160, height: 48 }, Pane::Mapping, false, 0, rows);
            (layout.panes[Pane::Mapping as usize].height, layout.plan.height)
        };
        assert_eq!([plan(30), plan(16), plan(2)], [(27, 17), (23, 21), (20, 24)], "the plan has what the rows leave");
        let four =
            [(1, [0, 1, 48, 7]), (2, [0, 8, 48, 7]), (3, [0, 15, 48, 12]), (4, [48, 1, 72, 26]), (5, [0, 27, 120, 10])];
        assert_eq!(at(120, 40, false), four);
        assert_eq!(at(80, 24, false), [(4, [0, 3, 80, 18])]);
        assert_eq!(at(80, 24, true), [(4, [0, 3, 80, 13])]);
        assert_eq!(at(60, 16, false), [(4, [0, 3, 60, 10])]);
        assert_eq!(at(59, 16, false), []);
        assert_eq!(at(60, 15, false), []);
    }

    #[test]
    fn a_long_intent_gets_the_rows_that_the_others_can_spare() {
        let rows = |width, height, replaying, first| {
            let panes = action(Size { width, height }, Pane::Action, replaying, first, 30).panes;
            panes.map(|a| a.height)
        };
        assert_eq!(rows(160, 48, false, 8), [10, 16, 18, 27, 22]);
        assert_eq!(rows(160, 48, false, 90), [11, 15, 18, 27, 22]);
        assert_eq!(rows(160, 48, true, 90), [7, 11, 18, 22, 22]);
        assert_eq!(rows(120, 40, false, 6), [8, 8, 11, 27, 9]);
        assert_eq!(rows(120, 40, false, 90), [10, 7, 11, 28, 8]);
        assert_eq!(rows(120, 60, false, 12), [14, 8, 11, 33, 23]);
    }

    #[test]
    fn at_any_size_nothing_overlaps_and_nothing_sticks_out() {
        for width in (0..200).step_by(3) {
            for height in 0..60 {
                for (replaying, first) in [(false, 0), (false, 9), (false, u16::MAX), (true, 0), (true, 40)] {
                    let l = action(Size { width, height }, Pane::Log, replaying, first, usize::from(height) / 2);
                    let mut cells = vec![0u8; usize::from(width) * usize::from(height)];
                    for area in [l.header, l.strip, l.replay, l.plan, l.message, l.footer].iter().chain(&l.panes) {
                        for y in area.y..area.y + area.height {
                            for x in area.x..area.x + area.width {
                                let cell = &mut cells[usize::from(y) * usize::from(width) + usize::from(x)];
                                *cell += 1;
                                assert_eq!(*cell, 1, "{width}x{height} at {x},{y}");
                            }
                        }
                    }
                }
            }
        }
    }
}
