package io.gatun.master.state;

import io.gatun.mesos.v1.WeightInfo;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What roles weigh. The registry's weights stand over those of {@code --weights}, which only begin a new registry. */
final class Weights {
    private final World world;
    private final Offers offers;

    Weights(World world, Offers offers) {
        this.world = world;
        this.offers = offers;
    }

    /** @param recorded by role, from the registry */
    void recover(Map<String, Double> recorded) {
        world.weights.putAll(recorded.isEmpty() ? world.config.weights() : recorded);
        if (recorded.isEmpty() && !world.weights.isEmpty()) {
            world.out.persist(Records.weights(world.weights));
        }
        world.allocator.updateWeights(world.weights);
    }

    Answer update(List<WeightInfo> infos) {
        Map<String, Double> changes = new LinkedHashMap<>();
        for (WeightInfo info : infos) {
            Optional<String> invalid = invalid(info);
            if (invalid.isPresent()) {
                return Answer.badRequest(invalid.get());
            }
            changes.put(info.getRole(), info.getWeight());
        }
        world.weights.putAll(changes);
        world.out.persist(Records.weights(changes));
        world.allocator.updateWeights(world.weights);
        if (changes.keySet().stream().anyMatch(this::shared)) {
            // What is offered would stay as the old weights had it until it is answered.
            List.copyOf(world.offers.values()).forEach(offers::rescind);
        }
        return Answer.OK;
    }

    /** Whether a framework has a role, or one below it. The weight of any other role changes nobody's share. */
    private boolean shared(String role) {
        return world.frameworks.values().stream()
                .flatMap(framework -> framework.roles().stream())
                .anyMatch(used -> used.equals(role) || used.startsWith(role + "/"));
    }

    private Optional<String> invalid(WeightInfo info) {
        Optional<String> role = RoleRules.invalid(info.getRole(), world.config.roles());
        if (role.isPresent()) {
            return role;
        }
        return info.getWeight() > 0 && !Double.isInfinite(info.getWeight())
                ? Optional.empty()
                : Optional.of("Invalid weight for role '" + info.getRole() + "': " + info.getWeight()
                        + " is not positive and finite");
    }
}
