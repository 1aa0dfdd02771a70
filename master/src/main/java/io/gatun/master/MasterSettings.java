package io.gatun.master;

import io.gatun.master.state.AgentRules;
import io.gatun.mesos.detector.ZkUrl;
import io.gatun.mesos.flags.Durations;
import io.gatun.mesos.flags.StartupException;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.resources.Roles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** {@link MasterFlags}, parsed and checked. */
record MasterSettings(
        Optional<ZkUrl> zk,
        Duration zkSessionTimeout,
        LogSettings log,
        Duration allocationInterval,
        List<Resources> minAllocatable,
        AgentRules agents,
        Optional<Duration> offerTimeout,
        Duration registryStoreTimeout,
        Set<String> roles,
        Map<String, Double> weights) {
    private static final Duration POSITIVE = Duration.ofMillis(1);

    /** Throws {@link StartupException} naming the first flag that is wrong. */
    static MasterSettings of(MasterFlags flags) {
        return new MasterSettings(
                Optional.ofNullable(flags.zk).map(text -> parse("zk", text, ZkUrl::parse)),
                duration("zk_session_timeout", flags.zkSessionTimeout, POSITIVE),
                LogSettings.of(flags),
                duration("allocation_interval", flags.allocationInterval, POSITIVE),
                parse("min_allocatable_resources", flags.minAllocatableResources, MasterSettings::alternatives),
                AgentRuleFlags.parse(flags),
                Optional.ofNullable(flags.offerTimeout).map(text -> duration("offer_timeout", text, POSITIVE)),
                duration("registry_store_timeout", flags.registryStoreTimeout, POSITIVE),
                flags.roles == null ? Set.of() : parse("roles", flags.roles, MasterSettings::roleNames),
                flags.weights == null ? Map.of() : parse("weights", flags.weights, MasterSettings::weightsByRole));
    }

    static Duration duration(String flag, String text, Duration min) {
        Duration value = parse(flag, text, Durations::parse);
        if (value.compareTo(min) < 0) {
            throw new StartupException(
                    "--" + flag + "=" + text,
                    "is less than " + Durations.format(min),
                    "give at least " + Durations.format(min));
        }
        return value;
    }

    static <T> T parse(String flag, String text, Function<String, T> parser) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw new StartupException("--" + flag + "=" + text, e.getMessage(), "see gatun master --help", e);
        }
    }

    private static List<Resources> alternatives(String text) {
        List<Resources> alternatives = new ArrayList<>();
        for (String alternative : text.split("\\|", -1)) {
            if (!alternative.isBlank()) {
                alternatives.add(Resources.parse(alternative.trim()));
            }
        }
        return alternatives;
    }

    private static Set<String> roleNames(String text) {
        Set<String> names = new LinkedHashSet<>();
        for (String name : text.split(",", -1)) {
            Roles.validate(name.trim());
            names.add(name.trim());
        }
        return names;
    }

    private static Map<String, Double> weightsByRole(String text) {
        Map<String, Double> weights = new LinkedHashMap<>();
        for (String pair : text.split(",", -1)) {
            int equals = pair.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("'" + pair + "' is not of the form role=weight");
            }
            String role = pair.substring(0, equals).trim();
            Roles.validate(role);
            double weight = Double.parseDouble(pair.substring(equals + 1).trim());
            if (!(weight > 0) || Double.isInfinite(weight)) {
                throw new IllegalArgumentException("weight of role '" + role + "' must be positive");
            }
            weights.put(role, weight);
        }
        return weights;
    }
}
