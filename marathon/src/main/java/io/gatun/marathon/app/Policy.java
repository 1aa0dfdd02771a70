package io.gatun.marathon.app;

import java.util.OptionalInt;

/**
 * How an app's instances are replaced, upgraded and stopped.
 *
 * @param killGraceSeconds between SIGTERM and SIGKILL; empty = the agent's
 */
public record Policy(
        Backoff backoff,
        UpgradeStrategy upgrade,
        KillSelection killSelection,
        OptionalInt killGraceSeconds,
        UnreachableStrategy unreachable) {}
