//! Every command of the screen, in one table: id, title, help, where it is valid, its keys. Dispatch, footer, the list
//! behind `?` and the page of keys in the docs read this table and nothing else. Must not know what a command does.

/// Where a key is looked for. A screen, a pane or a layer is a stack of scopes, the innermost first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// Every screen, below no layer.
    Global,
    /// A list one moves in.
    List,
    /// The Action Library.
    Library,
    /// An open action, whichever pane has the focus.
    Action,
    /// The first pane: name, intent, Offline Sync.
    Intent,
    /// The second pane.
    Account,
    /// The third pane.
    Settings,
    /// The fourth pane.
    Mapping,
    /// The fifth pane.
    Log,
    /// Review and activate.
    Review,
    /// The agent's fields.
    Agent,
    /// A question.
    Confirm,
    /// A list to pick from, narrowed by typing.
    Picker,
    /// One line being typed.
    Line,
    /// Several lines being typed.
    Area,
    /// A form.
    Form,
    /// Whatever is being typed: a line, several, a form, what a list is narrowed by.
    Typing,
    /// A text to read.
    Page,
    /// The plan for the example conversation.
    Plan,
}

/// Which scopes hold together: what the keys of each must not share.
pub const STACKS: &[&[Scope]] = &[
    &[Scope::Library, Scope::List, Scope::Global],
    &[Scope::Intent, Scope::Action, Scope::List, Scope::Global],
    &[Scope::Account, Scope::Action, Scope::List, Scope::Global],
    &[Scope::Settings, Scope::Action, Scope::List, Scope::Global],
    &[Scope::Mapping, Scope::Action, Scope::List, Scope::Global],
    &[Scope::Log, Scope::Action, Scope::List, Scope::Global],
    &[Scope::Review, Scope::List, Scope::Global],
    &[Scope::Agent, Scope::List, Scope::Global],
    &[Scope::Confirm],
    &[Scope::Picker, Scope::Typing],
    &[Scope::Line, Scope::Typing],
    &[Scope::Area, Scope::Typing],
    &[Scope::Form, Scope::Typing],
    &[Scope::Page, Scope::List],
    &[Scope::Plan, Scope::List],
];

/// A line of the table.
#[derive(Debug)]
pub struct Binding {
    /// The command.
    pub command: Command,
    /// Its name in `config.toml`.
    pub id: &'static str,
    /// What people call it, in the guide's words.
    pub title: &'static str,
    /// The same in a footer.
    pub short: &'static str,
    /// One sentence.
    pub help: &'static str,
    /// Where it is valid.
    pub scope: Scope,
    /// Its keys, the one shown first.
    pub keys: &'static [&'static str],
    /// Its place in the footer, 1 first; 0: not there.
    pub footer: u8,
}

macro_rules! commands {
    ($($command:ident $id:literal $scope:ident $footer:literal [$($key:literal),*] $title:literal $short:literal $help:literal)+) => {
        /// Something the operator can tell the program to do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Command { $(#[doc = $help] $command),+ }

        /// The table.
        pub const BINDINGS: &[Binding] = &[$(Binding {
            command: Command::$command, id: $id, title: $title, short: $short, help: $help, scope: Scope::$scope,
            keys: &[$($key),*], footer: $footer,
        }),+];
    };
}

commands! {
    Open "open" Library 1 ["<enter>"] "Open action" "Open" "Opens the selected action, or makes one from the selected template."
    New "new" Library 2 ["n"] "New action from template" "New" "Makes a draft with the two required rows; nothing runs until it is activated."
    Duplicate "duplicate" Library 5 ["c"] "Duplicate action" "Duplicate" "Makes a draft that says the same as the selected action."
    Rename "rename" Library 6 ["m"] "Rename action" "Rename" "Changes the name people see; the file keeps its own."
    Delete "delete" Library 7 ["d"] "Delete action" "Delete" "Deletes the selected action's file, after asking."
    LibraryIntent "library_edit_intent" Library 8 ["e"] "Edit action intent" "Intent" "Opens the selected action and tells the agent, in your words, when to trigger it."
    LibraryReplay "library_replay" Library 4 ["r"] "Replay sample conversations" "Replay" "Opens the selected action and plays the built-in conversations through it."
    ListProblems "list_problems" Library 9 ["!"] "List problems" "Problems" "Everything wrong in the workspace, each item leading to its place; what is mended in a file alone, with its line."
    LibraryChanges "library_list_unsaved" Library 10 ["="] "List unsaved changes" "Changes" "Opens the selected action and lists what of it is not as in its file."
    LibraryStop "library_stop_replay" Library 2 ["X"] "Stop replay" "Stop replay" "Settles what was begun, then ends the replay that is under way."
    Activate "activate" Library 3 ["A"] "Activate action" "Activate" "From now on the selected action runs and writes to its account, once nothing is missing."
    BackToDraft "back_to_draft" Library 3 ["B"] "Back to draft" "To draft" "The selected action is active no more: it stops running; its settings stay."

    PaneIntent "pane_action" Action 0 ["1"] "Go to Action" "Action" "Name, intent and Offline Sync."
    PaneAccount "pane_account" Action 0 ["2"] "Go to Account" "Account" "The Zoho organisation that contacts are written to."
    PaneSettings "pane_settings" Action 0 ["3"] "Go to Settings" "Settings" "What a run may create and update."
    PaneMapping "pane_mapping" Action 0 ["4"] "Go to Field mapping" "Mapping" "Which Zoho field is fed by which Astra field."
    PaneLog "pane_log" Action 0 ["5"] "Go to Sync log" "Log" "What runs did and why."
    NextPane "next_pane" Action 0 ["<tab>"] "Next pane" "Next pane" "Moves the focus to the next pane."
    PreviousPane "previous_pane" Action 0 ["<s-tab>"] "Previous pane" "Previous pane" "Moves the focus to the pane before."
    EditIntent "edit_intent" Action 25 ["e"] "Edit action intent" "Intent" "Tells the agent, in your words, when to trigger the action."
    ToggleOffline "toggle_offline" Action 0 ["O"] "Toggle Offline Sync" "Offline Sync" "On: one run when a conversation has ended. Off: runs during the conversation."
    MapField "map_field" Action 18 ["a"] "Map field" "Map field" "Adds a row: first the Zoho field, then the Astra field that feeds it."
    CreateField "create_field" Action 0 [] "Create new Astra field" "New field" "Adds a field to the agent's configuration; it can be mapped at once."
    RefreshFields "refresh_fields" Action 0 ["F"] "Refresh fields" "Refresh" "Asks Zoho for the account's fields again and lists what changed."
    ListChanges "list_changes" Action 0 ["D"] "List changed fields" "Changes" "What changed about the account's fields since you said that you had seen it, each leading to its row."
    Undo "undo" Action 23 ["u"] "Undo" "Undo" "Takes the last change of the action back, as a whole."
    Redo "redo" Action 0 ["U"] "Redo" "Redo" "Does again what was undone."
    SaveDraft "save_draft" Action 20 ["s"] "Save as draft" "Save draft" "Writes the action's file as a draft: it is not active and never writes to Zoho."
    SaveActivate "save_activate" Action 20 ["S"] "Save and activate" "Activate" "Writes the action's file as active, once nothing is missing."
    ListUnsaved "list_unsaved" Action 20 ["="] "List unsaved changes" "Changes" "What is not as in the action's file, part by part with both sides; its last line discards all of it."
    DiscardUnsaved "discard_unsaved" Action 0 [] "Discard changes" "Discard" "Takes the action back to what its file says, after asking; undo brings the changes back until the program ends."
    OpenReview "review" Action 24 ["R"] "Review and activate" "Review" "What is missing or doubtful, each item leading to its place."
    Replay "replay" Action 21 ["r"] "Replay sample conversations" "Replay" "Plays the built-in conversations through the action as it is here."
    ReplayWith "replay_with" Action 0 ["W"] "Choose what to replay" "Replay what" "Samples or a file, one conversation or all, for real or as a dry run, how fast."
    Restart "restart" Action 0 ["0"] "Restart replay" "Restart" "Stops it, then plays the same from its beginning."
    Pause "pause" Action 2 ["p"] "Pause replay" "Pause" "Stands still, or goes on."
    Step "step" Action 3 ["."] "Step to the next event" "Step" "Plays to the next event, then stands still."
    Faster "faster" Action 4 ["+"] "Replay faster" "Faster" "The next pace: 1x, 10x, 60x, 600x, at once."
    Slower "slower" Action 0 ["-"] "Replay slower" "Slower" "The pace before."
    StopReplay "stop_replay" Action 5 ["X"] "Stop replay, or close it" "Stop" "Settles what was begun, then ends the replay; once it is over, takes what it showed off the screen."
    Example "example" Action 0 ["c"] "Next example conversation" "Example" "Shows another conversation's values beside the mapping, and what would come of it: of the samples, or of the file chosen by W."
    PreviousExample "previous_example" Action 0 ["C"] "Previous example conversation" "Example before" "Goes back to the conversation before."
    ShowPlan "show_plan" Action 22 ["P"] "Show the plan for the example" "Plan" "What the action as it is here would write for the example conversation: Zoho is read, nothing is written."
    BackToLibrary "back" Action 2 ["<esc>"] "Back to the Action Library" "Back" "Goes back to where you were led from, else to the Action Library; what was changed is kept as a draft."

    EditRow "edit" Intent 1 ["<enter>"] "Change" "Change" "Changes the selected line."
    ToggleHere "toggle_line" Intent 0 ["<space>"] "Toggle" "Toggle" "Turns Offline Sync on or off."
    ChooseAccount "choose_account" Account 1 ["<enter>", "<space>"] "Choose account" "Choose" "All contacts of this action are written to the selected account."
    AddAccount "add_account" Action 2 ["n"] "Add account" "Add account" "Connects another Zoho organisation: choose how, and each step is explained."
    ReconnectAccount "reconnect_account" Account 0 ["N"] "Reconnect account" "Reconnect" "Connects the selected account anew; its name and every mapping stay."
    CheckAccount "check_account" Account 4 ["w"] "Read the last check" "Read check" "What the last look at the connection found, one line a check, and what to do about each."
    RemoveAccount "remove_account" Account 0 ["d"] "Remove account" "Remove" "Revokes the connection at Zoho and forgets its secrets, after saying which actions use it."
    TestAccount "test_account" Account 3 ["t"] "Test account" "Test" "Looks at the connection: data centre, clock, token, scopes, permissions, fields, credits."
    ToggleSetting "toggle_setting" Settings 1 ["<space>", "<enter>"] "Toggle, or show the runs" "Toggle" "Toggles the selected permission; on a line of the table, filters the log by it."
    ListDiffering "list_differing" Settings 2 ["w"] "Which runs would differ" "Which differ" "Of the runs that were made together last, those that the toggles as they are here would have had come out differently, each with why."
    ToggleCreate "toggle_create" Action 0 [] "Toggle allow creating and updating new contacts" "Creating" "Whether a run may create contacts, and update those created through Astra."
    ToggleUpdate "toggle_update" Action 0 [] "Toggle allow updating existing fields" "Updating" "Whether a run may change the fields of contacts that others made."
    ChangeRow "change_row" Mapping 11 ["<enter>"] "Change the row's field" "Change" "Picks another field for the side under the cursor."
    OtherSide "other_side" Mapping 0 ["<left>", "<right>", "h", "l"] "Other side" "Side" "Moves between the Zoho field and the Astra field of the row."
    RemoveRow "remove_row" Mapping 12 ["d"] "Remove row" "Remove" "Takes the row out; undo brings it back."
    RowOptions "row_options" Mapping 13 ["o", "v"] "Row options" "Options" "Default, overwriting, and the value map of the row."
    RowUp "row_up" Mapping 0 ["K"] "Move row up" "Row up" "Moves the row up; the required rows stay first."
    RowDown "row_down" Mapping 0 ["J"] "Move row down" "Row down" "Moves the row down."
    TakeSuggestion "take_suggestion" Mapping 0 ["t"] "Take suggestion" "Take" "Adds the suggested row."
    OtherSuggestion "other_suggestion" Mapping 0 ["T"] "Next suggestion" "Next" "Shows another suggestion."
    RunDetail "run_detail" Log 1 ["<enter>"] "Explain the run" "Explain" "The decision of the selected run, step by step; where it stands below the list, reads on."
    FilterLog "filter_log" Log 2 ["/"] "Filter by text" "Filter" "Only runs with these words or beginnings of words: of an address, a value, a rule, an error, a conversation."
    FilterOutcome "filter_outcome" Log 3 ["o"] "Filter by outcome" "Outcome" "All, created, updated, unchanged, skipped, failed."
    FilterRule "filter_rule" Log 0 ["l"] "Filter by rule" "Rule" "The next rule that decided any of the runs; after the last one, all."
    ThisConversation "this_conversation" Log 4 ["t"] "Only this conversation" "This one" "Only runs of the selected run's conversation; again: all."
    FilterConversation "filter_conversation" Log 0 ["T"] "Filter by conversation" "Conversation" "Only runs of the conversation with the id you type."
    ClearFilter "clear_filter" Log 4 ["x"] "Show all runs" "All" "Takes every filter away."
    Follow "follow" Log 5 ["f"] "Follow" "Follow" "Goes to the end and stays there."
    ExportLog "export" Action 6 ["E"] "Export log" "Export" "Writes the runs shown to a file, as JSON Lines."
    ExportCsv "export_csv" Action 0 ["V"] "Export log as CSV" "CSV" "Writes the runs shown to a file for spreadsheets."
    CopyRun "copy_run" Log 7 ["y"] "Copy run" "Copy" "Copies the selected run's record, as JSON."
    RetryRun "retry_run" Log 0 ["b"] "Try the failed run again" "Again" "The selected live run, which failed for good, is due again; its explanation says what would make it pass."
    RetryFailed "retry_failed" Log 0 ["B"] "Try all failed runs again" "All again" "Every live run that failed for good and that the filter leaves is due again, after asking."
    DropRun "drop_run" Log 0 ["d"] "Drop the failed run" "Drop" "The selected live run, which failed for good, waits for nobody any more; its record stays."
    DropFailed "drop_failed" Log 0 ["Z"] "Drop all failed runs" "Drop all" "Every live run that failed for good and that the filter leaves waits for nobody any more, after asking."
    OtherLog "other_log" Log 0 ["L"] "Live runs or replays" "Live or not" "Where a database keeps live runs: shows those of replays, which are kept here, and back."
    CopyExplanation "copy_explanation" Log 0 ["Y"] "Copy explanation" "Copy words" "Copies the decision of the selected run as it is explained."

    GoToProblem "go_to_problem" Review 1 ["<enter>"] "Go to the place, or show the run" "Go there" "Leads to where the selected item is mended; of a planned run, shows all of it."
    ReviewActivate "review_activate" Review 2 ["S"] "Save and activate" "Activate" "Writes the action's file as active, once nothing is missing."
    ReviewDraft "review_draft" Review 3 ["s"] "Save as draft" "Save draft" "Writes the action's file as a draft."
    ReviewDryRun "review_dry_run" Review 4 ["r"] "Dry run over the samples" "Dry run" "Tells what would be created, updated and skipped; writes nothing."
    CloseReview "close_review" Review 5 ["<esc>"] "Back to the action" "Back" "Goes back to where you were."

    EditField "edit_field" Agent 1 ["<enter>"] "Change field" "Change" "Label, type and description, with what is found then shown at once; of a built-in field label and description."
    NewField "new_field" Agent 3 ["n", "a"] "Create new Astra field" "New field" "Adds a field to the agent's configuration; what the conversation gives for it is shown while you type."
    DeleteField "delete_field" Agent 5 ["d"] "Delete field" "Delete" "Takes the field out of the agent's configuration, unless an action maps it; undo brings it back."
    NextTrial "next_trial" Agent 4 ["c"] "Next example conversation" "Next example" "Tries the fields on the next sample."
    PreviousTrial "previous_trial" Agent 0 ["C"] "Previous example conversation" "Example before" "Tries the fields on the sample before."
    ChooseTrial "choose_trial" Agent 6 ["v"] "Choose a conversation" "Choose" "Tries the fields on another conversation: one of the samples, or of a file of yours."
    OtherHalf "other_half" Agent 2 ["<tab>", "<s-tab>", "<left>", "<right>"] "Fields or conversation" "Switch" "Moves between the list of fields and the conversation."
    UndoField "undo_field" Agent 7 ["u"] "Undo" "Undo" "Takes the last change of the agent's fields back."
    RedoField "redo_field" Agent 0 ["U"] "Redo" "Redo" "Does again what was undone."
    CloseAgent "close_agent" Agent 8 ["<esc>"] "Back" "Back" "Goes back to where you were."

    MoveUp "up" List 0 ["<up>", "k"] "Up" "Up" "Moves up."
    MoveDown "down" List 0 ["<down>", "j"] "Down" "Down" "Moves down."
    PageUp "page_up" List 0 ["<pgup>"] "Page up" "Page up" "Moves up by a page."
    PageDown "page_down" List 0 ["<pgdn>"] "Page down" "Page down" "Moves down by a page."
    First "first" List 0 ["<home>", "g"] "First" "First" "Moves to the first line."
    Last "last" List 0 ["<end>", "G"] "Last" "Last" "Moves to the last line."

    Yes "yes" Confirm 1 ["y", "<enter>"] "Yes" "Yes" "Does it."
    KeepActive "keep_active" Confirm 2 ["S"] "Save and keep active" "Keep active" "Writes the action's file as active: it goes on running, as it is now."
    No "no" Confirm 3 ["n", "<esc>"] "No" "No" "Leaves everything as it is."
    Take "take" Picker 1 ["<enter>"] "Take" "Take" "Takes the selected line."
    PickUp "pick_up" Picker 0 ["<up>", "<c-p>"] "Up" "Up" "Moves up."
    PickDown "pick_down" Picker 0 ["<down>", "<c-n>", "<tab>"] "Down" "Down" "Moves down."
    PickPageUp "pick_page_up" Picker 0 ["<pgup>"] "Page up" "Page up" "Moves up by a page."
    PickPageDown "pick_page_down" Picker 0 ["<pgdn>"] "Page down" "Page down" "Moves down by a page."
    ShowReasons "show_reasons" Picker 2 ["<c-r>"] "Show why fields are missing" "Why fields are missing" "Also lists what cannot be mapped, each with the reason."
    FieldsFromPicker "edit_fields" Picker 2 ["<c-e>"] "Edit Astra fields" "Edit fields" "Changes, deletes and tries the agent's fields, then comes back."
    ClosePicker "close_picker" Picker 3 ["<esc>"] "Close" "Close" "Goes back; nothing changes."
    Accept "accept" Line 1 ["<enter>", "<tab>"] "Done" "Done" "Keeps what was typed; undo takes it back."
    LeaveLine "leave_line" Line 2 ["<esc>"] "Leave the line" "Cancel" "Keeps what was typed where undo takes it back; else, as for a file's name, gives it up."
    AcceptArea "accept_area" Area 1 ["<esc>", "<tab>"] "Done" "Done" "Keeps what was typed; undo takes it back."
    NewLine "new_line" Area 2 ["<enter>"] "New line" "New line" "Begins another line."
    FormNext "form_next" Form 2 ["<down>", "<tab>", "<c-n>"] "Next line" "Next" "Moves to the next line."
    FormPrevious "form_previous" Form 0 ["<up>", "<s-tab>", "<c-p>"] "Line before" "Before" "Moves to the line before."
    FormDone "form_done" Form 1 ["<enter>"] "Done" "Done" "Checks every line and keeps them."
    FormRecall "form_recall" Form 4 ["<c-r>"] "Bring back what was typed" "Typed before" "What was typed into a form for a new field that was closed is there again, in place of what stands here; again: back."
    FormClose "form_close" Form 3 ["<esc>"] "Close" "Close" "Goes back; nothing typed is lost: a row's options are taken as they are, a new field is there again next time."
    PutBack "put_back" Typing 5 ["<c-g>", "<c-c>"] "Put back what was there" "Put back" "Leaves the text or the form, and all is as it was before; of an action's name, intent and rows, redo brings what was typed."
    PlanNext "plan_next" Plan 2 ["c"] "Next example conversation" "Next example" "The plan for the next sample."
    PlanPrevious "plan_previous" Plan 3 ["C"] "Previous example conversation" "Example before" "The plan for the sample before."
    ClosePlan "close_plan" Plan 1 ["<esc>", "<enter>", "q", "P"] "Close" "Close" "Goes back."
    ClosePage "close_page" Page 1 ["<esc>", "<enter>", "q"] "Close" "Close" "Goes back."

    OpenAgent "agent" Global 0 ["6"] "Edit Astra fields" "Astra fields" "The agent's fields, built in and yours: create, describe, delete, and try them on a conversation."
    ShowLive "live" Global 0 ["7"] "Live runs" "Live" "Who works, what waits of live conversations and why: timers, runs due, accounts that rest, failed runs, what was no event."
    Palette "palette" Global 250 ["?", ":"] "All commands" "All commands" "Every command that is valid here, its keys, and why one is not ready."
    Quit "quit" Global 40 ["q"] "Quit" "Quit" "Ends the program; asks only if a draft could be lost."
    Redraw "redraw" Global 0 ["<c-l>"] "Redraw the screen" "Redraw" "Draws everything anew, where something else wrote on the screen; in every list and form, too."
    Suspend "suspend" Global 0 ["<c-z>"] "Suspend" "Suspend" "Hands the terminal back to the shell; `fg` comes back."
}

impl Command {
    /// Its line of the table.
    pub fn binding(self) -> &'static Binding {
        // the table is made from the commands: each has a line, in their order
        &BINDINGS[self as usize]
    }

    /// It is about the agent's fields: valid on their screen, or what leads there.
    pub fn is_about_fields(self) -> bool {
        self.binding().scope == Scope::Agent || matches!(self, Self::OpenAgent | Self::FieldsFromPicker)
    }
}

/// Whether a command can be carried out now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ready {
    /// It can.
    Ready,
    /// It cannot; one sentence why, with what to do.
    Disabled(String),
    /// It makes no sense here: it is not shown.
    Hidden,
}

impl Ready {
    /// Ready where `yes`, else disabled for a reason.
    pub fn if_or(yes: bool, reason: impl Into<String>) -> Self {
        if yes { Self::Ready } else { Self::Disabled(reason.into()) }
    }

    /// Ready where `yes`, else not shown.
    pub fn if_or_hidden(yes: bool) -> Self {
        if yes { Self::Ready } else { Self::Hidden }
    }
}
