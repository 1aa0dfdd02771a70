package io.gatun.master.state;

import io.gatun.master.allocator.Quota;
import io.gatun.master.registry.QuotaRecord;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.quota.QuotaConfig;
import io.gatun.mesos.v1.quota.QuotaRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What roles are guaranteed, and how they are limited. Only top-level roles may have a quota, as in Mesos. */
final class Quotas {
    private static final double MILLIS = 1000.0;

    private final World world;
    private final Offers offers;

    Quotas(World world, Offers offers) {
        this.world = world;
        this.offers = offers;
    }

    /** @param recorded by role, from the registry */
    void recover(Map<String, QuotaRecord> recorded) {
        recorded.forEach((role, record) -> world.quotas.put(role, record.getConfig()));
        publish();
    }

    /** UPDATE_QUOTA: replaces the quotas of the roles that are named, all or none. */
    Answer update(List<QuotaConfig> configs, boolean force) {
        Map<String, QuotaConfig> after = new TreeMap<>(world.quotas);
        for (QuotaConfig config : configs) {
            Optional<String> invalid = QuotaRules.invalid(config, world.config.roles())
                    .or(() -> force ? Optional.empty() : exceeded(config));
            if (invalid.isPresent()) {
                return Answer.badRequest(invalid.get());
            }
            after.put(config.getRole(), config);
        }
        Optional<String> overcommitted = force ? Optional.empty() : overcommitted(after);
        if (overcommitted.isPresent()) {
            return Answer.badRequest("Invalid QuotaConfig: " + overcommitted.get());
        }
        configs.forEach(this::put);
        apply();
        return Answer.OK;
    }

    /** SET_QUOTA: a guarantee that is the limit as well, for a role that has none. */
    Answer set(QuotaRequest request) {
        QuotaConfig.Builder config = QuotaConfig.newBuilder().setRole(request.getRole());
        for (Resource resource : request.getGuaranteeList()) {
            Optional<String> invalid = QuotaRules.invalid(resource, config.getGuaranteesMap());
            if (invalid.isPresent()) {
                return Answer.badRequest("Failed to validate set quota request: " + invalid.get());
            }
            config.putGuarantees(resource.getName(), resource.getScalar());
            config.putLimits(resource.getName(), resource.getScalar());
        }
        Optional<String> invalid = request.getGuaranteeCount() == 0
                ? Optional.of("QuotaInfo with empty 'guarantee'")
                : QuotaRules.invalid(config.build(), world.config.roles());
        if (invalid.isPresent()) {
            return Answer.badRequest("Failed to validate set quota request: " + invalid.get());
        }
        if (world.quotas.containsKey(request.getRole())) {
            return Answer.badRequest("Failed to validate set quota request: Cannot set quota for role '"
                    + request.getRole() + "' which already has quota");
        }
        Map<String, QuotaConfig> after = new TreeMap<>(world.quotas);
        after.put(request.getRole(), config.build());
        Optional<String> overcommitted = request.getForce() ? Optional.empty() : overcommitted(after);
        if (overcommitted.isPresent()) {
            return Answer.conflict("Heuristic capacity check for set quota request failed: " + overcommitted.get());
        }
        put(config.build());
        apply();
        return Answer.OK;
    }

    /** REMOVE_QUOTA. */
    Answer remove(String role) {
        if (!world.quotas.containsKey(role)) {
            return Answer.badRequest("Failed to remove quota: Role '" + role + "' has no quota set");
        }
        put(QuotaConfig.newBuilder().setRole(role).build());
        apply();
        return Answer.OK;
    }

    /** One without guarantees and limits is none. */
    private void put(QuotaConfig config) {
        if (config.getGuaranteesCount() == 0 && config.getLimitsCount() == 0) {
            world.quotas.remove(config.getRole());
            world.out.persist(Records.quotaRemoved(config.getRole()));
        } else {
            world.quotas.put(config.getRole(), config);
            world.out.persist(Records.quota(config));
        }
    }

    private void apply() {
        publish();
        // Offers that stand could keep a guarantee from being met, or go beyond a limit.
        List.copyOf(world.offers.values()).forEach(offers::rescind);
    }

    private void publish() {
        Map<String, Quota> quotas = new LinkedHashMap<>();
        world.quotas.forEach((role, config) -> quotas.put(
                role,
                new Quota(QuotaRules.millis(config.getGuaranteesMap()), QuotaRules.millis(config.getLimitsMap()))));
        world.allocator.updateQuotas(quotas);
    }

    private Optional<String> exceeded(QuotaConfig config) {
        Map<String, Long> limits = QuotaRules.millis(config.getLimitsMap());
        Resources consumed = consumed(config.getRole());
        List<String> beyond = new ArrayList<>();
        limits.forEach((name, limit) -> {
            if (consumed.amountMillis(name) > limit) {
                beyond.add(name + ":" + consumed.amountMillis(name) / MILLIS + " of " + limit / MILLIS);
            }
        });
        return beyond.isEmpty()
                ? Optional.empty()
                : Optional.of("Invalid QuotaConfig: Role '" + config.getRole() + "' is already consuming "
                        + String.join(", ", beyond)
                        + "; this is more than the requested limits (use 'force' flag to bypass this check)");
    }

    /** What is reserved for the role and those below it, and the unreserved resources that their tasks hold. */
    private Resources consumed(String role) {
        Resources sum = Resources.NONE;
        for (Agent agent : world.agents.values()) {
            for (String reserved : agent.total.reservedRoles()) {
                if (QuotaRules.within(reserved, role)) {
                    sum = sum.plus(agent.total.reserved(reserved).nonRevocable());
                }
            }
            for (LiveTask task : agent.tasks.values()) {
                if (task.holds && QuotaRules.within(task.role, role)) {
                    sum = sum.plus(task.resources.unreserved().nonRevocable());
                }
            }
        }
        return sum;
    }

    private Optional<String> overcommitted(Map<String, QuotaConfig> quotas) {
        Map<String, Long> guaranteed = new TreeMap<>();
        for (QuotaConfig config : quotas.values()) {
            QuotaRules.millis(config.getGuaranteesMap())
                    .forEach((name, millis) -> guaranteed.merge(name, millis, Long::sum));
        }
        for (Map.Entry<String, Long> entry : guaranteed.entrySet()) {
            long capacity = world.agents.values().stream()
                    .mapToLong(agent -> agent.total.nonRevocable().amountMillis(entry.getKey()))
                    .sum();
            if (entry.getValue() > capacity) {
                return Optional.of("total quota guarantees '" + entry.getKey() + ":" + entry.getValue() / MILLIS
                        + "' exceed cluster capacity '" + entry.getKey() + ":" + capacity / MILLIS
                        + "' (use 'force' flag to bypass this check)");
            }
        }
        return Optional.empty();
    }
}
