package io.gatun.marathon.app;

/** Which instances go first when there are too many. Spelled as in the JSON. */
public enum KillSelection {
    YOUNGEST_FIRST,
    OLDEST_FIRST
}
