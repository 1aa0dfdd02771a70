package io.gatun.isolator.security.seccomp;

import io.gatun.isolator.security.seccomp.SeccompAction.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which system calls a container may make. Where several rules match one call, the strictest action wins, in the order
 * in which the kernel ranks the answers of several filters; where two fail with different errors, the first rule's.
 *
 * @param defaultAction for calls that no rule names
 * @param architectures conventions that are let in besides the machine's own
 * @param flags of seccomp(2)
 * @param rules in the order of the file
 */
public record SeccompProfile(
        SeccompAction defaultAction, Set<SeccompArch> architectures, int flags, List<SeccompRule> rules) {
    /** Without these no program can be started or ended. */
    private static final List<String> NEEDED = List.of("execve", "exit_group");

    public SeccompProfile {
        architectures = Set.copyOf(architectures);
        rules = List.copyOf(rules);
    }

    /** A conjunction of conditions and what follows from it. */
    record Case(List<ArgCondition> conditions, SeccompAction action) {}

    /** The conventions that a filter for a target lets in, its own first. */
    List<SeccompArch> conventions(SeccompTarget target) {
        List<SeccompArch> conventions = new ArrayList<>(List.of(target.arch()));
        architectures.stream()
                .filter(arch -> arch != target.arch() && arch.runsBeside(target.arch()))
                .sorted()
                .forEach(conventions::add);
        return conventions;
    }

    /**
     * What happens to each system call of a convention: cases of which the first that holds counts, the last without
     * condition. Calls that are not in the map get the default action.
     */
    Map<Integer, List<Case>> cases(SeccompTarget target, SeccompArch convention) {
        Map<Integer, List<Case>> byNumber = new TreeMap<>();
        for (SeccompRule rule : rules) {
            if (!rule.appliesTo(target)) {
                continue;
            }
            for (String name : rule.names()) {
                SyscallNames.number(name, convention).ifPresent(number -> {
                    List<Case> cases = byNumber.computeIfAbsent(number, n -> new ArrayList<>());
                    rule.alternatives().forEach(all -> cases.add(new Case(all, rule.action())));
                });
            }
        }
        byNumber.replaceAll((number, cases) -> reduced(cases));
        return byNumber;
    }

    /** Strictest first, nothing after a case that always holds, no case that changes nothing. */
    private List<Case> reduced(List<Case> cases) {
        List<Case> reduced = new ArrayList<>();
        for (Case each : cases.stream()
                .sorted(Comparator.comparing(c -> c.action().kind()))
                .toList()) {
            reduced.add(each);
            if (each.conditions().isEmpty()) {
                break;
            }
        }
        if (!reduced.getLast().conditions().isEmpty()) {
            reduced.add(new Case(List.of(), defaultAction));
        }
        SeccompAction last = reduced.getLast().action();
        while (reduced.size() > 1 && reduced.get(reduced.size() - 2).action().equals(last)) {
            reduced.remove(reduced.size() - 2);
        }
        return List.copyOf(reduced);
    }

    /**
     * For numbers above all that the profile knows: where it answers an unknown call with an error, ENOSYS, because
     * libraries fall back to older calls on this answer only.
     */
    SeccompAction beyond() {
        return defaultAction.kind() == Kind.ERRNO ? SeccompAction.ENOSYS : defaultAction;
    }

    /** The highest number that the profile names for a convention, in force or not; -1 for none. */
    int highest(SeccompArch convention) {
        return rules.stream()
                .flatMap(rule -> rule.names().stream())
                .flatMapToInt(name -> SyscallNames.number(name, convention).stream())
                .max()
                .orElse(-1);
    }

    /**
     * The system calls without which no program starts, but which this profile stops.
     *
     * @return their names; empty for a usable profile
     */
    public List<String> stopped(SeccompTarget target) {
        Map<Integer, List<Case>> cases = cases(target, target.arch());
        List<Case> otherwise = List.of(new Case(List.of(), defaultAction));
        return NEEDED.stream()
                .filter(name ->
                        cases
                                .getOrDefault(
                                        SyscallNames.number(name, target.arch()).orElseThrow(), otherwise)
                                .stream()
                                .anyMatch(each -> !each.action().kind().lets()))
                .toList();
    }
}
