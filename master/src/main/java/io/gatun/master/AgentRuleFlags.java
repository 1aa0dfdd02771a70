package io.gatun.master;

import io.gatun.master.state.AgentRules;
import io.gatun.mesos.flags.Durations;
import io.gatun.mesos.flags.StartupException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The flags about the life of agents, parsed and checked. */
final class AgentRuleFlags {
    /** More pings than these would keep the master busy with nothing else. */
    private static final Duration PING_TIMEOUT_MIN = Duration.ofMillis(100);

    private static final Duration REREGISTER_DEFAULT = Duration.ofMinutes(1);
    private static final Duration POSITIVE = Duration.ofMillis(1);
    private static final int MAX_COUNT = 102_400;
    private static final Pattern RATE = Pattern.compile("(\\d{1,9})/(\\S+)");
    private static final Pattern PERCENT = Pattern.compile("(\\d{1,3}(?:\\.\\d+)?)%");

    private AgentRuleFlags() {}

    /** Throws {@link StartupException} naming the first flag that is wrong. */
    static AgentRules parse(MasterFlags flags) {
        requirePositive("max_agent_ping_timeouts", flags.maxAgentPingTimeouts, Integer.MAX_VALUE);
        requirePositive("registry_max_agent_count", flags.registryMaxAgentCount, MAX_COUNT);
        Duration ping = MasterSettings.duration("agent_ping_timeout", flags.agentPingTimeout, PING_TIMEOUT_MIN);
        Duration silence = ping.multipliedBy(flags.maxAgentPingTimeouts);
        return new AgentRules(
                ping.toMillis(),
                flags.maxAgentPingTimeouts,
                Optional.ofNullable(flags.agentReregisterTimeout)
                        .map(text -> MasterSettings.duration("agent_reregister_timeout", text, silence))
                        .orElse(silence.compareTo(REREGISTER_DEFAULT) > 0 ? silence : REREGISTER_DEFAULT)
                        .toMillis(),
                Optional.ofNullable(flags.agentRemovalRateLimit)
                        .map(text -> MasterSettings.parse("agent_removal_rate_limit", text, AgentRuleFlags::rate)),
                MasterSettings.parse("agent_removal_limit", flags.agentRemovalLimit, AgentRuleFlags::fraction),
                MasterSettings.parse(
                        "recovery_agent_removal_limit", flags.recoveryAgentRemovalLimit, AgentRuleFlags::fraction),
                MasterSettings.duration("registry_gc_interval", flags.registryGcInterval, POSITIVE)
                        .toMillis(),
                MasterSettings.duration("registry_max_agent_age", flags.registryMaxAgentAge, POSITIVE)
                        .toMillis(),
                flags.registryMaxAgentCount);
    }

    private static void requirePositive(String flag, int value, int max) {
        if (value < 1 || value > max) {
            throw new StartupException(
                    "--" + flag + "=" + value,
                    max == Integer.MAX_VALUE ? "must be at least 1" : "must be from 1 to " + max,
                    "see gatun master --help");
        }
    }

    private static AgentRules.Rate rate(String text) {
        Matcher matcher = RATE.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("must be a number of agents, '/' and a duration, such as 1/10mins");
        }
        return new AgentRules.Rate(
                Integer.parseInt(matcher.group(1)),
                Durations.parse(matcher.group(2)).toMillis());
    }

    private static double fraction(String text) {
        Matcher matcher = PERCENT.matcher(text);
        double percent = matcher.matches() ? Double.parseDouble(matcher.group(1)) : Double.NaN;
        if (!(percent <= 100)) {
            throw new IllegalArgumentException("must be from 0% to 100%, such as 50%");
        }
        return percent / 100;
    }
}
