package io.gatun.containerizer;

import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/** Several containerizers as one, as Mesos' {@code --containerizers}: the first that takes a container keeps it. */
public final class ComposingContainerizer implements Containerizer {
    private final List<Member> members;
    private final ConcurrentMap<String, Containerizer> owners = new ConcurrentHashMap<>();

    /**
     * One of them.
     *
     * @param name as {@code --containerizers} has it
     * @param takes which containers it launches; a nested container goes where its parent is
     * @param containerizer closed with the whole
     */
    public record Member(String name, Predicate<ContainerConfig> takes, Containerizer containerizer) {}

    /** @param members in the order in which they are asked */
    public ComposingContainerizer(List<Member> members) {
        this.members = List.copyOf(members);
    }

    @Override
    public Container launch(ContainerConfig config) {
        Containerizer owner = choose(config);
        if (owners.putIfAbsent(config.id(), owner) != null) {
            throw new IllegalStateException("container " + config.id() + ": is known already");
        }
        try {
            return owner.launch(config);
        } catch (RuntimeException e) {
            owners.remove(config.id());
            throw e;
        }
    }

    private Containerizer choose(ContainerConfig config) {
        Optional<Containerizer> parent = config.parent().map(this::owner);
        return parent.or(() -> members.stream()
                        .filter(member -> member.takes().test(config))
                        .map(Member::containerizer)
                        .findFirst())
                .orElseThrow(() -> new LaunchException(
                        config.id(),
                        "none of --containerizers="
                                + String.join(
                                        ",", members.stream().map(Member::name).toList()) + " can launch it"));
    }

    /** After a restart it is not known whose a container is: they are asked. */
    private Containerizer owner(String id) {
        Containerizer known = owners.get(id);
        if (known != null) {
            return known;
        }
        for (Member member : members) {
            try {
                var unused = member.containerizer().termination(id);
                owners.putIfAbsent(id, member.containerizer());
                return member.containerizer();
            } catch (IllegalArgumentException e) {
                // Not this one's.
            }
        }
        throw new IllegalArgumentException("container " + id + ": is not known");
    }

    @Override
    public CompletableFuture<Termination> termination(String id) {
        return owner(id).termination(id);
    }

    @Override
    public void kill(String id, int signal) {
        owner(id).kill(id, signal);
    }

    @Override
    public CompletableFuture<Termination> destroy(String id) {
        return owner(id).destroy(id);
    }

    @Override
    public Usage usage(String id) {
        return owner(id).usage(id);
    }

    @Override
    public void update(String id, Limits limits) {
        owner(id).update(id, limits);
    }

    @Override
    public ContainerStatus status(String id) {
        return owner(id).status(id);
    }

    @Override
    public void onHealth(HealthListener listener) {
        members.forEach(member -> member.containerizer().onHealth(listener));
    }

    @Override
    public Session exec(String id, String name, ExecConfig program) {
        return owner(id).exec(id, name, program);
    }

    @Override
    public Session exec(String id, ExecConfig program) {
        return owner(id).exec(id, program);
    }

    @Override
    public Session attach(String id) {
        return owner(id).attach(id);
    }

    /** The names of all members' removed images. */
    @Override
    public CompletableFuture<List<String>> pruneImages(List<String> excluded) {
        CompletableFuture<List<String>> all = CompletableFuture.completedFuture(List.of());
        BiFunction<List<String>, List<String>, List<String>> join = (one, other) -> {
            List<String> both = new ArrayList<>(one);
            both.addAll(other);
            return List.copyOf(both);
        };
        for (Member member : members) {
            all = all.thenCombine(member.containerizer().pruneImages(excluded), join);
        }
        return all;
    }

    @Override
    public List<Container> containers() {
        return members.stream()
                .flatMap(member -> member.containerizer().containers().stream())
                .toList();
    }

    @Override
    public List<String> launching() {
        return members.stream()
                .flatMap(member -> member.containerizer().launching().stream())
                .toList();
    }

    /** Each member is told all that is expected, and takes over what it knows. */
    @Override
    public void recover(Set<String> expected) {
        members.forEach(member -> member.containerizer().recover(expected));
    }

    @Override
    public void remove(String id) {
        owner(id).remove(id);
        // Its containerizer forgets what was nested in it, too.
        owners.keySet().removeIf(other -> other.equals(id) || other.startsWith(id + "."));
    }

    @Override
    public List<String> degradations() {
        return members.stream()
                .flatMap(member -> member.containerizer().degradations().stream())
                .toList();
    }

    @Override
    public void close() {
        members.reversed().forEach(member -> member.containerizer().close());
    }
}
