package io.gatun.agent;

import io.gatun.isolator.DeviceRule;
import io.gatun.isolator.DeviceRule.Access;
import io.gatun.isolator.DeviceRule.Kind;
import io.gatun.mesos.codec.CodecException;
import io.gatun.mesos.codec.MesosJson;
import io.gatun.mesos.flags.StartupException;
import io.gatun.mesos.v1.DeviceAccess;
import io.gatun.mesos.v1.DeviceWhitelist;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/** The flag {@code --allowed_devices}: a DeviceWhitelist of mesos.proto, whose nodes are looked up on this host. */
final class AllowedDevices {
    private static final int FORMAT_MASK = 0170000;
    private static final int BLOCK = 0060000;
    private static final int CHARACTER = 0020000;

    private AllowedDevices() {}

    /**
     * @param json may be null for none
     * @throws StartupException naming the text and the rule
     */
    static List<DeviceRule> parse(String json) {
        if (json == null) {
            return List.of();
        }
        DeviceWhitelist.Builder list = DeviceWhitelist.newBuilder();
        try {
            MesosJson.merge(json.getBytes(StandardCharsets.UTF_8), list);
        } catch (CodecException e) {
            throw new StartupException("--allowed_devices=" + json, e.getMessage(), "correct the flag", e);
        }
        List<DeviceRule> rules = new ArrayList<>();
        list.getAllowedDevicesList().forEach(allowed -> rules.add(rule(json, allowed)));
        return rules;
    }

    private static DeviceRule rule(String json, DeviceAccess allowed) {
        String path = allowed.getDevice().getPath();
        if (path.isEmpty()) {
            // A number alone does not say whether it is a block or a character device.
            throw AgentConfig.invalid("--allowed_devices", json, "each device must have a path");
        }
        Set<Access> access = EnumSet.noneOf(Access.class);
        add(access, allowed.getAccess().getRead(), Access.READ);
        add(access, allowed.getAccess().getWrite(), Access.WRITE);
        add(access, allowed.getAccess().getMknod(), Access.MKNOD);
        if (access.isEmpty()) {
            throw AgentConfig.invalid("--allowed_devices", path, "access must have read, write or mknod");
        }
        try {
            int mode = (int) Files.getAttribute(Path.of(path), "unix:mode") & FORMAT_MASK;
            if (mode != BLOCK && mode != CHARACTER) {
                throw AgentConfig.invalid("--allowed_devices", path, "must be a block or character device");
            }
            long number = (long) Files.getAttribute(Path.of(path), "unix:rdev");
            // gnu_dev_major and gnu_dev_minor of glibc, sys/sysmacros.h.
            int major = (int) ((number >> 8) & 0xfff);
            int minor = (int) ((number & 0xff) | ((number >> 12) & 0xfff00));
            return new DeviceRule(
                    mode == BLOCK ? Kind.BLOCK : Kind.CHAR, OptionalInt.of(major), OptionalInt.of(minor), access);
        } catch (IOException e) {
            throw new StartupException(
                    "--allowed_devices=" + path, "cannot be looked at: " + e.getMessage(), "correct the flag", e);
        }
    }

    private static void add(Set<Access> all, boolean allowed, Access access) {
        if (allowed) {
            all.add(access);
        }
    }
}
