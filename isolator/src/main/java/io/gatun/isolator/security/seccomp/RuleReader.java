package io.gatun.isolator.security.seccomp;

import io.gatun.isolator.security.Capability;
import io.gatun.isolator.security.seccomp.SeccompRule.Scope;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads an element of a profile's {@code syscalls}. */
final class RuleReader {
    private static final Set<String> RULE_KEYS =
            Set.of("name", "names", "action", "errnoRet", "errno", "args", "includes", "excludes", "comment");

    private static final Set<String> ARG_KEYS = Set.of("index", "value", "valueTwo", "op");
    private static final Set<String> SCOPE_KEYS = Set.of("caps", "arches", "minKernel");
    private static final int LAST_ARGUMENT = 5;

    private RuleReader() {}

    static SeccompRule rule(ProfileNode node) {
        node.requireKeys(RULE_KEYS);
        SeccompAction action = ProfileReader.action(node, "action", "errnoRet", "errno");
        List<ArgCondition> args = new ArrayList<>();
        for (ProfileNode arg : node.list("args")) {
            args.add(condition(arg));
        }
        return new SeccompRule(names(node), action, args, scope(node, "includes"), scope(node, "excludes"));
    }

    /** The key name, of profiles before Docker 1.13, holds one; names holds several. */
    private static List<String> names(ProfileNode node) {
        List<ProfileNode> names = new ArrayList<>(node.list("names"));
        if (node.has("name")) {
            names.add(node.get("name"));
        }
        if (names.isEmpty()) {
            throw node.get("names").invalid("must name a system call");
        }
        for (ProfileNode name : names) {
            if (!SyscallNames.isKnown(name.text())) {
                throw name.invalid("is no system call of any architecture, as of Linux 6.17");
            }
        }
        return names.stream().map(ProfileNode::text).toList();
    }

    private static ArgCondition condition(ProfileNode node) {
        node.requireKeys(ARG_KEYS);
        ProfileNode op = node.get("op");
        ArgCondition.Op operator = ArgCondition.Op.named(op.text())
                .orElseThrow(() -> op.invalid("is no operator; seccomp_rule_add(3) has them"));
        int index = (int) node.get("index").unsigned(LAST_ARGUMENT);
        long value = node.get("value").unsigned(-1);
        long valueTwo = node.has("valueTwo") ? node.get("valueTwo").unsigned(-1) : 0;
        try {
            return new ArgCondition(index, operator, value, valueTwo);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(node.path() + "." + e.getMessage(), e);
        }
    }

    private static Scope scope(ProfileNode rule, String key) {
        if (!rule.has(key)) {
            return Scope.NONE;
        }
        ProfileNode node = rule.get(key);
        node.requireKeys(SCOPE_KEYS);
        Set<String> arches = new LinkedHashSet<>();
        node.list("arches").forEach(arch -> arches.add(arch.text()));
        List<String> caps = node.list("caps").stream().map(ProfileNode::text).toList();
        Optional<KernelVersion> minKernel =
                node.has("minKernel") ? Optional.of(version(node.get("minKernel"))) : Optional.empty();
        return new Scope(Capability.parse(node.path() + ".caps", caps), arches, minKernel);
    }

    private static KernelVersion version(ProfileNode node) {
        try {
            return KernelVersion.parse(node.text());
        } catch (IllegalArgumentException e) {
            throw node.invalid("must be MAJOR.MINOR");
        }
    }
}
