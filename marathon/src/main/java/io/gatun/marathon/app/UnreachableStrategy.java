package io.gatun.marathon.app;

/** What happens to an instance whose node cannot be reached. */
public sealed interface UnreachableStrategy {
    /** Nothing: it counts as if it ran. */
    record Disabled() implements UnreachableStrategy {}

    /**
     * It is replaced, then forgotten; if it comes back after that it is killed.
     *
     * @param inactiveAfterSeconds until it is replaced
     * @param expungeAfterSeconds until it is forgotten, at least inactiveAfterSeconds
     */
    record Enabled(long inactiveAfterSeconds, long expungeAfterSeconds) implements UnreachableStrategy {}
}
