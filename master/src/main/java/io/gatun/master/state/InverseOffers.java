package io.gatun.master.state;

import io.gatun.master.registry.Kind;
import io.gatun.mesos.v1.Filters;
import io.gatun.mesos.v1.InverseOffer;
import io.gatun.mesos.v1.MachineInfo;
import io.gatun.mesos.v1.OfferID;
import io.gatun.mesos.v1.TimeInfo;
import io.gatun.mesos.v1.allocator.InverseOfferStatus;
import io.gatun.mesos.v1.scheduler.Event;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Asks frameworks for what they hold on machines that are scheduled for maintenance (Mesos' docs/maintenance.md): each has
 * one inverse offer for each agent there on which it holds something, and once it is answered another when the answer's
 * filter is over. It asks for all that the framework holds, and so names no resources. Answers change nothing but what
 * operators see; they, and offers that are out, are forgotten with the leader, as in Mesos.
 */
final class InverseOffers {
    private static final double DEFAULT_REFUSE_SECONDS =
            Filters.getDefaultInstance().getRefuseSeconds();
    private static final double MAX_REFUSE_SECONDS = 365.0 * 24 * 3600;
    private static final long NANOS_PER_MS = 1_000_000;

    private record Key(String agentId, String frameworkId) {}

    /** @param streamId of the subscription that it was sent to */
    private record Outstanding(InverseOffer proto, Key key, String streamId, long sinceMs) {}

    /** @param quietUntilMs before then it is not asked again */
    private record Answered(InverseOfferStatus status, InverseOffer proto, long quietUntilMs) {}

    private final World world;
    /** By id. */
    private final Map<String, Outstanding> outstanding = new LinkedHashMap<>();

    private final Map<Key, Answered> answers = new LinkedHashMap<>();

    InverseOffers(World world) {
        this.world = world;
    }

    /** Rescinds what is not true any more, and asks who is to be asked; at each allocation interval and each change. */
    void refresh() {
        if (world.machines.isEmpty() && outstanding.isEmpty() && answers.isEmpty()) {
            return;
        }
        answers.entrySet()
                .removeIf(answer -> !scheduledAsBefore(answer.getValue().proto())
                        || !world.frameworks.containsKey(answer.getKey().frameworkId()));
        List.copyOf(outstanding.values()).forEach(this::check);
        Map<Framework, Event.InverseOffers.Builder> events = new LinkedHashMap<>();
        // By name first: most agents of a large cluster are on no such machine.
        Set<String> hosts = world.machines.values().stream()
                .map(machine -> machine.getId().getHostname().toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        for (Agent agent : world.agents.values()) {
            if (agent.active()
                    && hosts.contains(agent.info.getHostname().toLowerCase(Locale.ROOT))
                    && unavailability(agent).isPresent()) {
                ask(agent, events);
            }
        }
        events.forEach((framework, inverse) -> world.out.scheduler(
                framework,
                Event.newBuilder()
                        .setType(Event.Type.INVERSE_OFFERS)
                        .setInverseOffers(inverse)
                        .build()));
    }

    private void ask(Agent agent, Map<Framework, Event.InverseOffers.Builder> events) {
        Set<String> busy = new LinkedHashSet<>();
        outstanding.values().stream()
                .filter(offer -> offer.key().agentId().equals(agent.id))
                .forEach(offer -> busy.add(offer.key().frameworkId()));
        for (String frameworkId : holders(agent)) {
            Framework framework = world.frameworks.get(frameworkId);
            Key key = new Key(agent.id, frameworkId);
            Answered answer = answers.get(key);
            if (framework == null
                    || !framework.connected()
                    || busy.contains(frameworkId)
                    || (answer != null && answer.quietUntilMs() > world.nowMs)) {
                continue;
            }
            InverseOffer proto = InverseOffer.newBuilder()
                    .setId(world.ids.nextOffer())
                    .setUrl(Offers.url(agent))
                    .setFrameworkId(framework.info.getId())
                    .setAgentId(agent.info.getId())
                    .setUnavailability(unavailability(agent).get().getUnavailability())
                    .build();
            outstanding.put(
                    proto.getId().getValue(),
                    new Outstanding(proto, key, framework.streamId.orElseThrow(), world.nowMs));
            events.computeIfAbsent(framework, unused -> Event.InverseOffers.newBuilder())
                    .addInverseOffers(proto);
        }
    }

    private static Set<String> holders(Agent agent) {
        Set<String> holders = new LinkedHashSet<>();
        agent.tasks.values().stream().filter(task -> task.holds).forEach(task -> holders.add(task.frameworkId()));
        return holders;
    }

    /** Another subscription of the framework knows nothing of this offer, and a framework that is gone needs no word. */
    private void check(Outstanding offer) {
        Framework framework = world.frameworks.get(offer.key().frameworkId());
        if (framework == null || !framework.streamId.equals(Optional.of(offer.streamId()))) {
            outstanding.remove(offer.proto().getId().getValue());
            return;
        }
        Agent agent = world.agents.get(offer.key().agentId());
        boolean expired = world.config.offerTimeoutMs().isPresent()
                && world.nowMs - offer.sinceMs()
                        >= world.config.offerTimeoutMs().getAsLong();
        if (expired
                || !scheduledAsBefore(offer.proto())
                || !agent.active()
                || !holders(agent).contains(framework.id)) {
            outstanding.remove(offer.proto().getId().getValue());
            Event.Builder rescind = Event.newBuilder().setType(Event.Type.RESCIND_INVERSE_OFFER);
            rescind.getRescindInverseOfferBuilder()
                    .setInverseOfferId(offer.proto().getId());
            world.out.scheduler(framework, rescind.build());
        }
    }

    /** Whether the agent is still there, and its machine unavailable at the time that the offer says. */
    private boolean scheduledAsBefore(InverseOffer proto) {
        Agent agent = world.agents.get(proto.getAgentId().getValue());
        return agent != null
                && unavailability(agent)
                        .filter(machine -> machine.getUnavailability().equals(proto.getUnavailability()))
                        .isPresent();
    }

    private Optional<MachineInfo> unavailability(Agent agent) {
        return Optional.ofNullable(world.machines.get(Maintenance.key(agent.info.getHostname(), agent.pid)))
                .filter(machine -> machine.getMode() == MachineInfo.Mode.DRAINING && machine.hasUnavailability());
    }

    /** ACCEPT_INVERSE_OFFERS and DECLINE_INVERSE_OFFERS. */
    void answer(Framework framework, List<OfferID> ids, Filters filters, InverseOfferStatus.Status said) {
        for (OfferID id : ids) {
            Outstanding offer = outstanding.get(id.getValue());
            if (offer == null || !offer.key().frameworkId().equals(framework.id)) {
                world.count(Counter.DROPPED_MESSAGES);
                world.out.log("Ignoring " + said + " of inverse offer " + id.getValue() + ": framework " + framework.id
                        + " has no such inverse offer");
                continue;
            }
            outstanding.remove(id.getValue());
            InverseOfferStatus status = InverseOfferStatus.newBuilder()
                    .setStatus(said)
                    .setFrameworkId(framework.info.getId())
                    .setTimestamp(TimeInfo.newBuilder().setNanoseconds(world.nowMs * NANOS_PER_MS))
                    .build();
            answers.put(offer.key(), new Answered(status, offer.proto(), world.nowMs + refuseMs(filters)));
        }
    }

    private static long refuseMs(Filters filters) {
        double seconds = filters.getRefuseSeconds();
        return (long) (1000 * (seconds >= 0 ? Math.min(seconds, MAX_REFUSE_SECONDS) : DEFAULT_REFUSE_SECONDS));
    }

    /** The last answer of each framework for each agent, by {@link Kind#machineKey}. */
    Map<String, List<InverseOfferStatus>> statuses() {
        Map<String, List<InverseOfferStatus>> byMachine = new LinkedHashMap<>();
        answers.forEach((key, answer) -> world.agent(key.agentId())
                .ifPresent(agent -> byMachine
                        .computeIfAbsent(
                                Maintenance.key(agent.info.getHostname(), agent.pid), unused -> new ArrayList<>())
                        .add(answer.status())));
        return byMachine;
    }
}
