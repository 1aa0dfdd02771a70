package io.gatun.master.log.disk;

/** What the files of a journal were found to be. */
public enum JournalState {
    /** There are none: of a replica that is new, or was wiped. */
    EMPTY,
    /** Everything that was ever acknowledged is there. */
    WHOLE,
    /** Something may be missing; none of it is used. */
    DAMAGED
}
