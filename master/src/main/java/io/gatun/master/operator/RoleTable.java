package io.gatun.master.operator;

import io.gatun.master.state.AgentView;
import io.gatun.master.state.FrameworkView;
import io.gatun.master.state.MasterSnapshot;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.Role;
import io.gatun.mesos.v1.Value;
import io.gatun.mesos.v1.master.Response.GetRoles;
import io.gatun.mesos.v1.quota.QuotaConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The roles that a snapshot knows: {@code *}, those that frameworks subscribe to or hold resources in, those with a
 * reservation, a weight or a quota, and the roles above any of them (src/master/master.cpp, knownRoles).
 */
public final class RoleTable {
    private static final String ANY_ROLE = "*";
    private static final double DEFAULT_WEIGHT = 1.0;

    private final SortedMap<String, Sums> roles = new TreeMap<>();

    private static final class Sums {
        final SortedMap<String, Long> allocated = new TreeMap<>();
        final SortedMap<String, Long> offered = new TreeMap<>();
        final SortedMap<String, Long> reserved = new TreeMap<>();
        final SortedMap<String, Long> consumed = new TreeMap<>();
        final TreeSet<String> frameworks = new TreeSet<>();
    }

    private RoleTable(MasterSnapshot snapshot) {
        withAncestors(ANY_ROLE);
        snapshot.weights().keySet().forEach(this::withAncestors);
        snapshot.policy().quotas().keySet().forEach(this::withAncestors);
        snapshot.frameworks().forEach(this::addFramework);
        snapshot.agents().forEach(this::addReservations);
    }

    /** In the order of their names. */
    public static List<RoleView> of(MasterSnapshot snapshot) {
        List<RoleView> views = new ArrayList<>();
        new RoleTable(snapshot)
                .roles.forEach((name, sums) -> views.add(new RoleView(
                        name,
                        snapshot.weights().getOrDefault(name, DEFAULT_WEIGHT),
                        sums.allocated,
                        sums.offered,
                        sums.reserved,
                        amounts(snapshot, name, QuotaConfig::getGuaranteesMap),
                        amounts(snapshot, name, QuotaConfig::getLimitsMap),
                        sums.consumed,
                        List.copyOf(sums.frameworks))));
        return views;
    }

    /** As GET_ROLES tells them: resources are what tasks and offers hold. */
    public static GetRoles message(MasterSnapshot snapshot) {
        GetRoles.Builder roles = GetRoles.newBuilder();
        for (RoleView view : of(snapshot)) {
            Role.Builder role = Role.newBuilder().setName(view.name()).setWeight(view.weight());
            view.frameworks().forEach(id -> role.addFrameworksBuilder().setValue(id));
            view.allocatedAndOffered().forEach((name, millis) -> role.addResources(scalar(name, millis)));
            roles.addRoles(role);
        }
        return roles.build();
    }

    /** The roles that a framework subscribes to. */
    @SuppressWarnings("deprecation") // FrameworkInfo.role: the only role of a framework without MULTI_ROLE.
    static List<String> rolesOf(FrameworkInfo info) {
        boolean multiRole = info.getCapabilitiesList().stream()
                .anyMatch(capability -> capability.getType() == FrameworkInfo.Capability.Type.MULTI_ROLE);
        return multiRole ? info.getRolesList() : List.of(info.getRole());
    }

    private void addFramework(FrameworkView framework) {
        String id = framework.info().getId().getValue();
        for (String role : rolesOf(framework.info())) {
            withAncestors(role).getFirst().frameworks.add(id);
        }
        for (Resource resource : scalars(framework.used())) {
            String role = resource.getAllocationInfo().getRole();
            withAncestors(role).getFirst().frameworks.add(id);
            for (Sums sums : withAncestors(role)) {
                add(sums.allocated, resource);
                if (resource.getReservationsCount() == 0) {
                    add(sums.consumed, resource);
                }
            }
        }
        for (Resource resource : scalars(framework.offered())) {
            withAncestors(resource.getAllocationInfo().getRole()).forEach(sums -> add(sums.offered, resource));
        }
    }

    private void addReservations(AgentView agent) {
        for (String role : agent.total().reservedRoles()) {
            for (Resource resource : scalars(agent.total().reserved(role))) {
                for (Sums sums : withAncestors(role)) {
                    add(sums.reserved, resource);
                    add(sums.consumed, resource);
                }
            }
        }
    }

    /** The sums of {@code role}, then those of the roles above it. */
    private List<Sums> withAncestors(String role) {
        List<Sums> chain = new ArrayList<>();
        for (String name = role; ; name = name.substring(0, name.lastIndexOf('/'))) {
            chain.add(roles.computeIfAbsent(name, key -> new Sums()));
            if (name.lastIndexOf('/') <= 0) {
                return chain;
            }
        }
    }

    private static SortedMap<String, Long> amounts(
            MasterSnapshot snapshot, String role, Function<QuotaConfig, Map<String, Value.Scalar>> which) {
        SortedMap<String, Long> amounts = new TreeMap<>();
        QuotaConfig config = snapshot.policy().quotas().get(role);
        if (config != null) {
            which.apply(config)
                    .forEach((name, scalar) ->
                            amounts.put(name, Math.round(scalar.getValue() * RoleView.MILLIS_PER_UNIT)));
        }
        return amounts;
    }

    private static List<Resource> scalars(Resources resources) {
        return resources.toProtos().stream()
                .filter(resource -> resource.getType() == Value.Type.SCALAR)
                .toList();
    }

    private static void add(Map<String, Long> sums, Resource scalar) {
        long millis = Math.round(scalar.getScalar().getValue() * RoleView.MILLIS_PER_UNIT);
        sums.merge(scalar.getName(), millis, Long::sum);
    }

    private static Resource scalar(String name, long millis) {
        return Resource.newBuilder()
                .setName(name)
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(millis / RoleView.MILLIS_PER_UNIT))
                .build();
    }
}
