package io.gatun.marathon.app;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * From JSON to a valid {@link AppSpec}, with Marathon's defaults filled in. Fields that no version of Marathon knows are
 * ignored, as Marathon does (a definition from GET, with its counters, can be sent back); fields that it knows and this
 * one does not act on are refused.
 */
public final class AppReader {
    private static final int INSTANCES_MAX = 1_000_000;
    private static final double AMOUNT_MAX = 1e12;
    /** 68 years; keeps seconds in an int and sums of them in a long. */
    private static final long SECONDS_MAX = Integer.MAX_VALUE;
    /** DC/OS services that must never run twice carry this label. */
    private static final String SINGLE_INSTANCE = "MARATHON_SINGLE_INSTANCE_APP";

    private final List<Violation> violations = new ArrayList<>();
    private final Fields fields;
    private final String frameworkRole;

    private AppReader(JsonNode json, String frameworkRole) {
        this.fields = new Fields(json, "", violations);
        this.frameworkRole = frameworkRole;
    }

    /**
     * Reads a definition.
     *
     * @param json an object
     * @param fallback the id when the object has none
     * @param frameworkRole the only role that an app may name
     * @throws InvalidAppException with all that is wrong
     */
    public static AppSpec read(JsonNode json, Optional<AppId> fallback, String frameworkRole) {
        if (!json.isObject()) {
            throw new InvalidAppException(
                    List.of(new Violation("/", "must be an object, was " + json, Violation.Kind.TYPE)));
        }
        AppReader reader = new AppReader(json, frameworkRole);
        AppSpec spec = reader.read(fallback);
        if (!reader.violations.isEmpty()) {
            throw new InvalidAppException(reader.violations);
        }
        return spec;
    }

    private AppSpec read(Optional<AppId> fallback) {
        UnsupportedFields.check(fields, frameworkRole);
        AppId id = id(fallback);
        Map<String, String> labels = fields.textMap("labels");
        boolean single = "true".equals(labels.get(SINGLE_INSTANCE));
        long instances = fields.whole("instances", 1, 0, INSTANCES_MAX);
        if (single && instances > 1) {
            fields.broken("instances", "must be at most 1 with the label " + SINGLE_INSTANCE + ", was " + instances);
        }
        Demand demand = new Demand(
                fields.number("cpus", 1, 0.001, AMOUNT_MAX),
                fields.number("mem", 128, 0, AMOUNT_MAX),
                fields.number("disk", 0, 0, AMOUNT_MAX));
        return new AppSpec(
                id,
                (int) instances,
                program(),
                demand,
                ports(),
                labels,
                acceptedRoles(),
                dependencies(id),
                policy(single),
                Versions.NONE);
    }

    private AppId id(Optional<AppId> fallback) {
        Optional<String> text = fields.text("id");
        if (text.isEmpty()) {
            return fallback.orElseGet(() -> {
                fields.broken("id", "must be given");
                return new AppId("/invalid");
            });
        }
        try {
            AppId id = AppId.parse(text.get());
            fallback.filter(path -> !path.equals(id))
                    .ifPresent(path -> fields.broken(
                            "id", "must be '" + path + "' as in the address or absent, was '" + id + "'"));
            return id;
        } catch (IllegalArgumentException e) {
            fields.broken("id", e.getMessage());
            return new AppId("/invalid");
        }
    }

    private Program program() {
        Optional<String> cmd = fields.text("cmd");
        List<String> args = fields.texts("args");
        Optional<AppContainer> container = ContainerReader.container(fields);
        boolean image = container.flatMap(AppContainer::image).isPresent();
        if (cmd.filter(String::isBlank).isPresent()) {
            fields.broken("cmd", "must not be empty");
        } else if (cmd.isPresent() ? !args.isEmpty() : args.isEmpty() && !image) {
            violations.add(new Violation(
                    "/", "AppDefinition must either contain one of 'cmd' or 'args'", Violation.Kind.RULE));
        }
        return new Program(cmd, args, fields.text("user"), environment(), container);
    }

    private Ports ports() {
        Networks networks = ContainerReader.networks(fields);
        if (networks.mode() != Networks.Mode.HOST) {
            return PortMappingsReader.read(fields, networks.mode()).with(networks);
        }
        fields.object("container")
                .filter(container -> !container.get("portMappings").isEmpty())
                .ifPresent(container -> container.broken("portMappings", "cannot be with network mode host"));
        return PortsReader.read(fields);
    }

    private Map<String, String> environment() {
        Map<String, String> environment = new LinkedHashMap<>();
        fields.object("env")
                .ifPresent(env -> fields.get("env").properties().forEach(entry -> {
                    JsonNode value = entry.getValue();
                    if (value.isTextual()) {
                        environment.put(entry.getKey(), value.textValue());
                    } else if (value.isObject() && value.has("secret")) {
                        env.broken(entry.getKey(), "secrets are not supported yet, was " + value);
                    } else if (!value.isNull()) {
                        env.wrongType(entry.getKey(), "a string", value);
                    }
                }));
        return environment;
    }

    private List<String> acceptedRoles() {
        List<String> roles = fields.texts("acceptedResourceRoles");
        if (fields.has("acceptedResourceRoles") && roles.isEmpty()) {
            fields.broken("acceptedResourceRoles", "must not be empty");
        }
        for (String role : roles) {
            if (!role.equals("*") && !role.equals(frameworkRole)) {
                fields.broken(
                        "acceptedResourceRoles",
                        "can only contain '*' and '" + frameworkRole + "', the role of this Marathon, was '" + role
                                + "'");
            }
        }
        return roles;
    }

    private List<AppId> dependencies(AppId id) {
        List<AppId> dependencies = new ArrayList<>();
        for (String text : fields.texts("dependencies")) {
            try {
                AppId dependency = id.sibling(text);
                if (dependency.equals(id)) {
                    fields.broken("dependencies", "an app cannot depend on itself, was '" + text + "'");
                }
                dependencies.add(dependency);
            } catch (IllegalArgumentException e) {
                fields.broken("dependencies", e.getMessage());
            }
        }
        return dependencies;
    }

    private Policy policy(boolean single) {
        Backoff backoff = new Backoff(
                fields.whole("backoffSeconds", 1, 0, SECONDS_MAX) * 1000,
                fields.number("backoffFactor", 1.15, 1, 1e6),
                fields.whole("maxLaunchDelaySeconds", 300, 0, SECONDS_MAX) * 1000);
        double whole = single ? 0 : 1;
        UpgradeStrategy upgrade = fields.object("upgradeStrategy")
                .map(strategy -> new UpgradeStrategy(
                        strategy.number("minimumHealthCapacity", whole, 0, 1),
                        strategy.number("maximumOverCapacity", whole, 0, single ? 0 : 1)))
                .orElse(new UpgradeStrategy(whole, whole));
        OptionalInt grace = fields.has("taskKillGracePeriodSeconds")
                ? OptionalInt.of((int) fields.whole("taskKillGracePeriodSeconds", 0, 0, SECONDS_MAX))
                : OptionalInt.empty();
        return new Policy(backoff, upgrade, killSelection(), grace, unreachable());
    }

    private KillSelection killSelection() {
        String name = fields.text("killSelection").orElse(KillSelection.YOUNGEST_FIRST.name());
        try {
            return KillSelection.valueOf(name);
        } catch (IllegalArgumentException e) {
            fields.broken("killSelection", "must be YOUNGEST_FIRST or OLDEST_FIRST, was '" + name + "'");
            return KillSelection.YOUNGEST_FIRST;
        }
    }

    private UnreachableStrategy unreachable() {
        UnreachableStrategy replaceAtOnce = new UnreachableStrategy.Enabled(0, 0);
        JsonNode value = fields.get("unreachableStrategy");
        if (value.isTextual()) {
            if (!value.textValue().equals("disabled")) {
                fields.broken("unreachableStrategy", "must be \"disabled\" or an object, was " + value);
            }
            return new UnreachableStrategy.Disabled();
        }
        return fields.object("unreachableStrategy")
                .map(strategy -> {
                    long inactive = strategy.whole("inactiveAfterSeconds", 0, 0, SECONDS_MAX);
                    long expunge = strategy.whole("expungeAfterSeconds", inactive, 0, SECONDS_MAX);
                    if (expunge < inactive) {
                        strategy.broken(
                                "expungeAfterSeconds",
                                "must be greater than or equal to inactiveAfterSeconds " + inactive + ", was "
                                        + expunge);
                    }
                    return (UnreachableStrategy) new UnreachableStrategy.Enabled(inactive, expunge);
                })
                .orElse(replaceAtOnce);
    }
}
