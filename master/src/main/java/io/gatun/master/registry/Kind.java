package io.gatun.master.registry;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.gatun.mesos.v1.MachineID;
import java.util.Locale;

/** What the registry knows. Kinds of later releases, with other numbers, are kept without being understood. */
public enum Kind {
    AGENT(1, AgentRecord.parser()),
    /** Has not answered for too long; may come back under its id. */
    UNREACHABLE_AGENT(2, SinceRecord.parser(), Kind.MAX_IDS),
    /** Marked gone by an operator; may never come back under its id. */
    GONE_AGENT(3, SinceRecord.parser(), Kind.MAX_IDS),
    /** Shut down or replaced; may never come back under its id. */
    REMOVED_AGENT(4, SinceRecord.parser(), Kind.MAX_IDS),
    DRAINING_AGENT(5, DrainRecord.parser()),
    /** Gets no offers until it is reactivated. */
    DEACTIVATED_AGENT(6, SinceRecord.parser()),
    AGENT_RESOURCES(7, ResourcesRecord.parser()),
    FRAMEWORK(8, FrameworkRecord.parser()),
    /** May never come back under its id. */
    REMOVED_FRAMEWORK(9, SinceRecord.parser(), Kind.MAX_IDS),
    TASK(10, TaskRecord.parser()),
    QUOTA(11, QuotaRecord.parser()),
    WEIGHT(12, WeightRecord.parser()),
    MACHINE(13, MachineRecord.parser()),
    MAINTENANCE_SCHEDULE(14, ScheduleRecord.parser()),
    VIP(15, VipRecord.parser()),
    PENDING_KILL(16, PendingKillRecord.parser()),
    AGENT_VOLUMES(17, ResourcesRecord.parser());

    /**
     * Ids that are kept of what is no more, the newest of each kind: Mesos' {@code --registry_max_agent_count}. An id
     * that is forgotten may come back as an unknown agent or framework.
     */
    public static final int MAX_IDS = 102_400;

    /** Kinds of any release are below. */
    static final int MAX_NUMBER = 1 << 10;

    private final int number;
    private final int max;
    private final Parser<? extends MessageLite> parser;

    Kind(int number, Parser<? extends MessageLite> parser) {
        this(number, parser, Integer.MAX_VALUE);
    }

    Kind(int number, Parser<? extends MessageLite> parser, int max) {
        this.number = number;
        this.parser = parser;
        this.max = max;
    }

    /** As it is written. */
    public int number() {
        return number;
    }

    /** How many items of a kind are kept, the newest. */
    static int max(int number) {
        for (Kind kind : values()) {
            if (kind.number == number) {
                return kind.max;
            }
        }
        return Integer.MAX_VALUE;
    }

    Parser<? extends MessageLite> parser() {
        return parser;
    }

    /** The key of a {@link #TASK} and of its {@link #PENDING_KILL}. */
    public static String taskKey(String frameworkId, String taskId) {
        return frameworkId + "/" + taskId;
    }

    /** The key of a {@link #MACHINE}: host names are the same in upper and lower case. */
    public static String machineKey(MachineID machine) {
        return machine.getHostname().toLowerCase(Locale.ROOT) + "/" + machine.getIp();
    }
}
