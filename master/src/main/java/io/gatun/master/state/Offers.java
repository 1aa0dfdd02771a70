package io.gatun.master.state;

import io.gatun.master.allocator.Allocation;
import io.gatun.mesos.v1.Address;
import io.gatun.mesos.v1.Filters;
import io.gatun.mesos.v1.FrameworkInfo.Capability;
import io.gatun.mesos.v1.MachineInfo;
import io.gatun.mesos.v1.Offer;
import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.URL;
import io.gatun.mesos.v1.scheduler.Event;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes, rescinds and forgets offers. */
final class Offers {
    private final World world;

    Offers(World world) {
        this.world = world;
    }

    /** Runs the allocator and sends each framework its offers in one event. */
    void allocate() {
        Map<Framework, Event.Offers.Builder> events = new LinkedHashMap<>();
        List<Allocation> allocations = world.allocator.run(world.nowMs);
        world.count(Counter.ALLOCATION_RUNS);
        for (Allocation allocation : allocations) {
            Framework framework = world.frameworks.get(allocation.frameworkId());
            Agent agent = world.agents.get(allocation.agentId());
            OutstandingOffer offer = add(framework, agent, allocation);
            events.computeIfAbsent(framework, key -> Event.Offers.newBuilder()).addOffers(offer.proto());
        }
        events.forEach((framework, offers) -> world.out.scheduler(
                framework,
                Event.newBuilder().setType(Event.Type.OFFERS).setOffers(offers).build()));
    }

    private OutstandingOffer add(Framework framework, Agent agent, Allocation allocation) {
        Offer proto = proto(framework, agent, allocation);
        OutstandingOffer offer =
                new OutstandingOffer(proto, framework.id, agent.id, allocation.role(), allocation.resources());
        world.offers.put(offer.id(), offer);
        framework.offers.put(offer.id(), offer);
        agent.offers.put(offer.id(), offer);
        framework.touch();
        agent.touch();
        world.config
                .offerTimeoutMs()
                .ifPresent(ms -> world.timers.set(Timers.Kind.OFFER, offer.id(), world.nowMs + ms));
        return offer;
    }

    private Offer proto(Framework framework, Agent agent, Allocation allocation) {
        boolean multiRole = framework.has(Capability.Type.MULTI_ROLE);
        List<Resource> resources = multiRole
                ? allocation.resources().allocatedTo(allocation.role()).toProtos()
                : framework.has(Capability.Type.RESERVATION_REFINEMENT)
                        ? allocation.resources().toProtos()
                        : allocation.resources().toOldProtos();
        if (multiRole && !framework.has(Capability.Type.RESERVATION_REFINEMENT)) {
            resources = allocation.resources().allocatedTo(allocation.role()).toOldProtos();
        }
        Offer.Builder offer = Offer.newBuilder()
                .setId(world.ids.nextOffer())
                .setFrameworkId(framework.info.getId())
                .setAgentId(agent.info.getId())
                .setHostname(agent.info.getHostname())
                .addAllResources(resources)
                .addAllAttributes(agent.info.getAttributesList())
                .setUrl(url(agent));
        if (multiRole) {
            offer.setAllocationInfo(Resource.AllocationInfo.newBuilder().setRole(allocation.role()));
        }
        MachineInfo machine = world.machines.isEmpty()
                ? null
                : world.machines.get(Maintenance.key(agent.info.getHostname(), agent.pid));
        if (machine != null && machine.hasUnavailability()) {
            offer.setUnavailability(machine.getUnavailability());
        }
        if (agent.info.hasDomain()) {
            offer.setDomain(agent.info.getDomain());
        }
        return offer.build();
    }

    /** Where the agent serves its own API: the address in its pid, {@code slave(1)@ip:port}. */
    static URL url(Agent agent) {
        AgentPid pid = AgentPid.parse(agent.pid).orElseThrow(); // Checked at registration.
        return URL.newBuilder()
                .setScheme("http")
                .setAddress(Address.newBuilder()
                        .setHostname(agent.info.getHostname())
                        .setIp(pid.ip())
                        .setPort(pid.port()))
                .setPath("/" + pid.name())
                .build();
    }

    /** Takes an offer back that the framework has not answered, and tells it. */
    void rescind(OutstandingOffer offer) {
        Framework framework = world.frameworks.get(offer.frameworkId());
        world.out.scheduler(
                framework,
                Event.newBuilder()
                        .setType(Event.Type.RESCIND)
                        .setRescind(Event.Rescind.newBuilder()
                                .setOfferId(offer.proto().getId()))
                        .build());
        discard(offer, Optional.empty());
    }

    /** Forgets an offer and frees all that it held. */
    void discard(OutstandingOffer offer, Optional<Filters> filters) {
        remove(offer);
        world.allocator.recover(
                offer.frameworkId(), offer.role(), offer.agentId(), offer.resources(), filters, world.nowMs);
    }

    /** Forgets an offer whose resources the caller disposes of. */
    void remove(OutstandingOffer offer) {
        world.offers.remove(offer.id());
        world.timers.cancel(Timers.Kind.OFFER, offer.id());
        world.framework(offer.frameworkId()).ifPresent(framework -> {
            framework.offers.remove(offer.id());
            framework.touch();
        });
        world.agent(offer.agentId()).ifPresent(agent -> {
            agent.offers.remove(offer.id());
            agent.touch();
        });
    }

    /** To be called when {@link Agent#active} may have changed. */
    void availabilityChanged(Agent agent) {
        if (agent.active()) {
            world.allocator.activateAgent(agent.id);
        } else {
            world.allocator.deactivateAgent(agent.id);
            rescindAll(agent);
        }
        agent.touch();
    }

    void rescindAll(Agent agent) {
        List.copyOf(agent.offers.values()).forEach(this::rescind);
    }

    /** Without telling the framework: it is not connected, or gets a message that says more. */
    void discardAll(Framework framework) {
        List.copyOf(framework.offers.values()).forEach(offer -> discard(offer, Optional.empty()));
    }

    void timedOut(String offerId) {
        OutstandingOffer offer = world.offers.get(offerId);
        if (offer != null) {
            rescind(offer);
        }
    }
}
