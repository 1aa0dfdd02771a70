package io.gatun.agent;

/** What an agent says it is. */
public final class AgentVersion {
    /** The version of Mesos whose interfaces this agent speaks: clients compare it. */
    public static final String VERSION = "1.11.0";

    private AgentVersion() {}
}
