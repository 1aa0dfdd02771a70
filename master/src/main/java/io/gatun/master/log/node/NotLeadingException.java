package io.gatun.master.log.node;

/** This replica does not lead, so nothing was appended and nothing is known to be newest. */
public final class NotLeadingException extends LogException {
    private static final long serialVersionUID = 1;

    private final int leader;

    /** @param leader who leads as far as is known; 0 for nobody */
    public NotLeadingException(int leader) {
        super(leader == 0 ? "no replica is known to lead the log" : "the log is led by replica " + leader);
        this.leader = leader;
    }

    /** Id of who leads as far as is known; 0 for nobody. */
    public int leader() {
        return leader;
    }
}
