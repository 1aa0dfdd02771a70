package io.gatun.isolator.security.seccomp;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.gatun.ffm.Errno;
import io.gatun.isolator.security.seccomp.SeccompAction.Kind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads a profile in the JSON format of Docker or of the OCI runtime specification ({@code linux.seccomp}). Strict: a
 * key, an action, an operator, an architecture or a system call that it does not know is an error, since a typing
 * mistake in a profile would otherwise open or close something silently. A system call passes if any architecture has
 * it: profiles name those of all.
 */
public final class ProfileReader {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final Set<String> PROFILE_KEYS = Set.of(
            "defaultAction",
            "defaultErrnoRet",
            "defaultErrno",
            "architectures",
            "archMap",
            "flags",
            "syscalls",
            "listenerPath",
            "listenerMetadata",
            "comment");

    /** SECCOMP_FILTER_FLAG_* of linux/seccomp.h. */
    private static final Map<String, Integer> FLAGS = Map.of(
            "SECCOMP_FILTER_FLAG_TSYNC", 1,
            "SECCOMP_FILTER_FLAG_LOG", 2,
            "SECCOMP_FILTER_FLAG_SPEC_ALLOW", 4);

    private ProfileReader() {}

    /**
     * Reads a profile.
     *
     * @param name for messages
     * @throws IllegalArgumentException naming profile, field, value and rule
     */
    public static SeccompProfile read(String name, String json) {
        try {
            return profile(new ProfileNode("", JSON.readTree(json)));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "seccomp profile " + name + ": is not JSON: " + e.getOriginalMessage() + " in line "
                            + (e.getLocation() == null ? 1 : e.getLocation().getLineNr()),
                    e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("seccomp profile " + name + ": " + e.getMessage(), e);
        }
    }

    private static SeccompProfile profile(ProfileNode root) {
        root.requireKeys(PROFILE_KEYS);
        if (root.has("listenerPath")) {
            throw root.get("listenerPath").invalid("no listener is started by this agent");
        }
        SeccompAction otherwise = action(root, "defaultAction", "defaultErrnoRet", "defaultErrno");
        List<SeccompRule> rules = new ArrayList<>();
        for (ProfileNode rule : root.list("syscalls")) {
            rules.add(RuleReader.rule(rule));
        }
        return new SeccompProfile(otherwise, architectures(root), flags(root), rules);
    }

    /** An action and its errno: as a number, or as a name for older engines. */
    static SeccompAction action(ProfileNode node, String key, String number, String name) {
        ProfileNode field = node.get(key);
        String text = field.text();
        if (text.equals("SCMP_ACT_NOTIFY")) {
            throw field.invalid("no listener is started by this agent");
        }
        Kind kind = Kind.named(text).orElseThrow(() -> field.invalid("is no action; seccomp_rule_add(3) has them"));
        boolean takesData = kind == Kind.ERRNO || kind == Kind.TRACE;
        int data = kind == Kind.ERRNO ? Errno.EPERM : 0;
        if (node.has(number) && takesData) {
            try {
                return new SeccompAction(kind, (int) node.get(number).unsigned(Integer.MAX_VALUE));
            } catch (IllegalArgumentException e) {
                throw node.get(number).invalid("must be 0 to 4095, or 65535 with SCMP_ACT_TRACE");
            }
        }
        if (node.has(name) && kind == Kind.ERRNO) {
            data = errno(node.get(name));
        }
        return new SeccompAction(kind, data);
    }

    private static int errno(ProfileNode node) {
        String name = node.text();
        for (int errno = 1; errno <= Errno.ERFKILL; errno++) {
            if (Errno.name(errno).equals(name)) {
                return errno;
            }
        }
        throw node.invalid("is no name of errno(3)");
    }

    private static Set<SeccompArch> architectures(ProfileNode root) {
        Set<SeccompArch> found = EnumSet.noneOf(SeccompArch.class);
        for (ProfileNode arch : root.list("architectures")) {
            addArchitecture(found, arch);
        }
        for (ProfileNode entry : root.list("archMap")) {
            entry.requireKeys(Set.of("architecture", "subArchitectures"));
            addArchitecture(found, entry.get("architecture"));
            for (ProfileNode arch : entry.list("subArchitectures")) {
                addArchitecture(found, arch);
            }
        }
        return found;
    }

    private static void addArchitecture(Set<SeccompArch> found, ProfileNode node) {
        if (!SeccompArch.isKnown(node.text())) {
            throw node.invalid("is no architecture; seccomp_arch_add(3) has them");
        }
        SeccompArch.named(node.text()).ifPresent(found::add);
    }

    private static int flags(ProfileNode root) {
        int flags = 0;
        for (ProfileNode flag : root.list("flags")) {
            Integer value = FLAGS.get(flag.text());
            if (value == null) {
                throw flag.invalid(
                        "must be one of " + FLAGS.keySet().stream().sorted().toList());
            }
            flags |= value;
        }
        return flags;
    }
}
