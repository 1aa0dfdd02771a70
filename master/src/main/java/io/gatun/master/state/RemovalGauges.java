package io.gatun.master.state;

/**
 * How the removal of agents stands.
 *
 * @param silent registered agents that have missed at least half of the pongs that they may miss
 * @param heldBack registered agents that have missed all, and are kept because too many are silent
 * @param queued agents that wait for {@code --agent_removal_rate_limit}
 * @param recoveryRefused recovered agents whose time is over, and that are kept because they are too many
 */
public record RemovalGauges(int silent, int heldBack, int queued, int recoveryRefused) {
    /** Nothing to tell. */
    public static final RemovalGauges NONE = new RemovalGauges(0, 0, 0, 0);
}
