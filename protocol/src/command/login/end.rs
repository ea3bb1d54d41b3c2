//! Logs everybody on this session out. A token of the session is worth nothing afterwards.

command! {
    request {}
    response {}
}
