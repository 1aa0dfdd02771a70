package io.gatun.master.state;

import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.OfferID;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The offers that an ACCEPT call names.
 *
 * @param offers those that exist and are the framework's, whether or not there is an error
 * @param error why they cannot be accepted together
 */
record OfferSelection(List<OutstandingOffer> offers, Optional<String> error, World world) {
    /** What valid offers add up to. */
    record Selected(Agent agent, String role, Resources resources) {}

    static OfferSelection of(World world, Framework framework, List<OfferID> ids) {
        List<OutstandingOffer> found = new ArrayList<>();
        Optional<String> error = ids.isEmpty() ? Optional.of("No offers specified") : Optional.empty();
        Set<String> seen = new HashSet<>();
        for (OfferID id : ids) {
            String name = id.getValue();
            OutstandingOffer offer = framework.offers.get(name);
            if (!seen.add(name)) {
                error = error.or(() -> Optional.of("Duplicate offer " + name + " in offer list"));
            } else if (offer == null) {
                error = error.or(() -> Optional.of("Offer " + name + " is no longer valid"));
            } else {
                found.add(offer);
            }
        }
        return new OfferSelection(found, error.or(() -> together(world, found)), world);
    }

    private static Optional<String> together(World world, List<OutstandingOffer> offers) {
        OutstandingOffer first = offers.getFirst();
        for (OutstandingOffer offer : offers) {
            if (!offer.agentId().equals(first.agentId())) {
                return Optional.of("Aggregated offers must belong to one single agent. Offer " + offer.id()
                        + " uses agent " + offer.agentId() + " and offer " + first.id() + " uses agent "
                        + first.agentId());
            }
            if (!offer.role().equals(first.role())) {
                return Optional.of("Aggregated offers must be allocated to the same role. Offer " + offer.id()
                        + " uses role '" + offer.role() + "' but another is using role '" + first.role() + "'");
            }
        }
        // Offers of disconnected agents are rescinded at once, so this cannot be false; if it were, tasks would be
        // lost.
        assert world.agents.get(first.agentId()).connected() : first;
        return Optional.empty();
    }

    Selected selected() {
        OutstandingOffer first = offers.getFirst();
        Resources sum = offers.stream().map(OutstandingOffer::resources).reduce(Resources.NONE, Resources::plus);
        return new Selected(world.agents.get(first.agentId()), first.role(), sum);
    }
}
