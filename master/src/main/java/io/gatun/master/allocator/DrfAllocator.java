package io.gatun.master.allocator;

import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.Attribute;
import io.gatun.mesos.v1.Filters;
import io.gatun.mesos.v1.FrameworkInfo;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Dominant resource fairness (Ghodsi et al., NSDI 2011) over roles, then over the frameworks of a role: whoever holds
 * the least of the resource that they hold most of is next, and gets all that an agent has free. Runs look only at
 * agents that something happened to; {@link #requestRound} makes the next one look at all.
 */
public final class DrfAllocator implements Allocator {
    private final DrfConfig config;
    private final Random random;
    private final RoleTree roles;
    private final Amounts total = new Amounts();
    private final Map<String, Supply> agents = new LinkedHashMap<>();
    private final Map<String, Competitor> frameworks = new LinkedHashMap<>();
    private final Set<String> candidates = new LinkedHashSet<>();
    private Map<String, Quota> quotas = Map.of();
    private boolean everyAgent;

    /** Knows of nobody yet. */
    public DrfAllocator(DrfConfig config) {
        this.config = config;
        this.random = new Random(config.seed());
        this.roles = new RoleTree(config.weights());
    }

    @Override
    public void addFramework(FrameworkInfo info, Set<String> suppressedRoles) {
        Competitor framework = new Competitor(info);
        framework.describe(info, suppressedRoles);
        if (frameworks.putIfAbsent(framework.id, framework) != null) {
            throw new IllegalStateException("framework " + framework.id + " was added before");
        }
        framework.roles.forEach(roles::addFramework);
        everyAgent = true;
    }

    @Override
    public void updateFramework(FrameworkInfo info, Set<String> suppressedRoles) {
        Competitor framework = framework(info.getId().getValue());
        framework.roles.forEach(roles::removeFramework);
        framework.describe(info, suppressedRoles);
        framework.roles.forEach(roles::addFramework);
        dropRefusals(framework, key -> !framework.roles.contains(key.role()));
        everyAgent = true;
    }

    @Override
    public void activateFramework(String frameworkId) {
        framework(frameworkId).active = true;
        dropRefusals(framework(frameworkId), key -> true);
        everyAgent = true;
    }

    @Override
    public void deactivateFramework(String frameworkId) {
        framework(frameworkId).active = false;
        dropRefusals(framework(frameworkId), key -> true);
    }

    @Override
    public void removeFramework(String frameworkId) {
        Competitor framework = framework(frameworkId);
        dropRefusals(framework, key -> true);
        framework.roles.forEach(roles::removeFramework);
        frameworks.remove(frameworkId);
    }

    @Override
    public void addAgent(String agentId, Resources agentTotal, List<Attribute> attributes) {
        if (agents.putIfAbsent(agentId, new Supply(agentId, agentTotal, attributes)) != null) {
            throw new IllegalStateException("agent " + agentId + " was added before");
        }
        total.add(agentTotal);
        refreshShares();
        candidates.add(agentId);
    }

    @Override
    public void updateAgent(String agentId, Resources agentTotal, List<Attribute> attributes) {
        Supply agent = agent(agentId);
        total.subtract(agent.total);
        total.add(agentTotal);
        agent.describe(agentTotal, attributes);
        refreshShares();
        candidates.add(agentId);
    }

    @Override
    public void activateAgent(String agentId) {
        agent(agentId).active = true;
        candidates.add(agentId);
    }

    @Override
    public void deactivateAgent(String agentId) {
        agent(agentId).active = false;
    }

    @Override
    public void removeAgent(String agentId) {
        Supply agent = agent(agentId);
        agents.remove(agentId);
        candidates.remove(agentId);
        total.subtract(agent.total);
        agent.allocated.forEach((who, resources) -> credit(who, resources));
        refreshShares();
    }

    @Override
    public void allocated(String frameworkId, String role, String agentId, Resources resources) {
        Refusals.Key who = new Refusals.Key(frameworkId, role);
        agent(agentId).allocate(who, resources);
        charge(who, resources);
    }

    @Override
    public void recover(
            String frameworkId,
            String role,
            String agentId,
            Resources resources,
            Optional<Filters> filters,
            long nowMs) {
        Refusals.Key who = new Refusals.Key(frameworkId, role);
        Supply agent = agents.get(agentId);
        if (agent == null) {
            return; // Its removal has credited everybody.
        }
        agent.recover(who, resources);
        credit(who, resources);
        if (filters.isPresent()) {
            agent.refusals.add(who, resources, filters.get(), nowMs, config.allocationIntervalMs());
        } else {
            candidates.add(agentId);
        }
    }

    @Override
    public void convert(String frameworkId, String role, String agentId, Resources before, Resources after) {
        // Sums of amounts, and with them all shares, stay what they are.
        agent(agentId).convert(new Refusals.Key(frameworkId, role), before, after);
    }

    @Override
    public void revive(String frameworkId, Set<String> revived) {
        Competitor framework = framework(frameworkId);
        Set<String> named = revived.isEmpty() ? framework.roles : revived;
        framework.suppressed.removeAll(named);
        dropRefusals(framework, key -> named.contains(key.role()));
        everyAgent = true;
    }

    @Override
    public void suppress(String frameworkId, Set<String> suppressed) {
        Competitor framework = framework(frameworkId);
        framework.suppressed.addAll(suppressed.isEmpty() ? framework.roles : suppressed);
    }

    @Override
    public void updateWeights(Map<String, Double> weights) {
        roles.weigh(Map.copyOf(weights));
        refreshShares();
        everyAgent = true;
    }

    @Override
    public void updateQuotas(Map<String, Quota> newQuotas) {
        quotas = Map.copyOf(newQuotas);
        everyAgent = true;
    }

    @Override
    public void requestRound() {
        everyAgent = true;
    }

    @Override
    public boolean pending() {
        return everyAgent || !candidates.isEmpty();
    }

    @Override
    public List<Allocation> run(long nowMs) {
        List<String> visit = new ArrayList<>(everyAgent ? agents.keySet() : candidates);
        candidates.clear();
        everyAgent = false;
        // In the order of registration the first agents would fill up while the last stay empty.
        Collections.shuffle(visit, random);
        QuotaRun quotaRun = new QuotaRun(quotas, agents.values());
        AllocationRun run = new AllocationRun(config, roles, frameworks.values(), quotaRun, nowMs, this::take);
        if (quotaRun.active()) {
            visit(visit, run::visitGuaranteed);
        }
        visit(visit, run::visit);
        return run.allocations();
    }

    private void visit(List<String> agentIds, Consumer<Supply> visitor) {
        for (String agentId : agentIds) {
            Supply agent = agents.get(agentId);
            if (agent != null && agent.active && !agent.available.isEmpty()) {
                visitor.accept(agent);
            }
        }
    }

    private void take(Supply agent, Refusals.Key who, Resources resources) {
        agent.allocate(who, resources);
        charge(who, resources);
    }

    private void charge(Refusals.Key who, Resources resources) {
        framework(who.frameworkId()).share(who.role()).allocated(resources, total);
        roles.allocated(who.role(), resources, total);
    }

    private void credit(Refusals.Key who, Resources resources) {
        Competitor framework = frameworks.get(who.frameworkId());
        if (framework != null) {
            framework.share(who.role()).recovered(resources, total);
        }
        roles.recovered(who.role(), resources, total);
    }

    private void refreshShares() {
        roles.refresh(total);
        frameworks.values().forEach(framework -> framework.shares.values().forEach(share -> share.refresh(total)));
    }

    private void dropRefusals(Competitor framework, java.util.function.Predicate<Refusals.Key> which) {
        agents.values()
                .forEach(agent ->
                        agent.refusals.removeIf(key -> key.frameworkId().equals(framework.id) && which.test(key)));
    }

    private Competitor framework(String id) {
        Competitor framework = frameworks.get(id);
        if (framework == null) {
            throw new IllegalStateException("framework " + id + " is unknown");
        }
        return framework;
    }

    private Supply agent(String id) {
        Supply agent = agents.get(id);
        if (agent == null) {
            throw new IllegalStateException("agent " + id + " is unknown");
        }
        return agent;
    }
}
