package io.gatun.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.gatun.ffm.Arch;
import io.gatun.isolator.security.Capability;
import io.gatun.isolator.security.Device;
import io.gatun.isolator.security.KernelRights;
import io.gatun.isolator.security.SecurityPolicy;
import io.gatun.isolator.security.seccomp.SeccompArch;
import io.gatun.isolator.security.seccomp.SeccompProfiles;
import io.gatun.isolator.security.seccomp.SeccompTarget;
import io.gatun.mesos.codec.CodecException;
import io.gatun.mesos.codec.MesosJson;
import io.gatun.mesos.flags.StartupException;
import io.gatun.mesos.v1.DeviceWhitelist;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The flags about rights of containers, checked at the start: a wrong profile is no matter for the first task. */
final class SecurityFlags {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String EXAMPLE = "correct the flag: {\"capabilities\":[\"CHOWN\"]}";

    private SecurityFlags() {}

    /** @throws StartupException naming flag, text and rule */
    static SecurityPolicy policy(AgentFlags flags, KernelRights kernel) {
        Optional<Set<Capability>> effective = capabilities("--effective_capabilities", flags.effectiveCapabilities);
        Optional<Set<Capability>> bounding = capabilities("--bounding_capabilities", flags.boundingCapabilities);
        if (flags.seccompConfigDir != null && !Files.isDirectory(flags.seccompConfigDir)) {
            throw AgentConfig.invalid("--seccomp_config_dir", flags.seccompConfigDir, "must be a directory");
        }
        SeccompProfiles profiles = new SeccompProfiles(Optional.ofNullable(flags.seccompConfigDir)
                .map(directory -> directory.toAbsolutePath().normalize()));
        try {
            if (flags.seccompProfileName != null) {
                profiles.named(
                        flags.seccompProfileName,
                        new SeccompTarget(SeccompArch.of(Arch.current()), kernel.version(), bounding.orElse(Set.of())));
            }
            return new SecurityPolicy(
                    effective,
                    bounding,
                    profiles,
                    Optional.ofNullable(flags.seccompProfileName),
                    flags.allowNewPrivileges,
                    nodes(flags.allowedDevices),
                    kernel);
        } catch (IllegalArgumentException e) {
            throw new StartupException(
                    "--effective_capabilities, --bounding_capabilities, --seccomp_profile_name, --allowed_devices",
                    String.valueOf(e.getMessage()),
                    "correct the flag",
                    e);
        }
    }

    /** The nodes that containers with a /dev of their own get; {@link AllowedDevices} has checked the text. */
    private static List<Device> nodes(String json) {
        if (json == null) {
            return List.of();
        }
        DeviceWhitelist.Builder list = DeviceWhitelist.newBuilder();
        try {
            MesosJson.merge(json, list);
        } catch (CodecException e) {
            throw new StartupException(
                    "--allowed_devices=" + json, String.valueOf(e.getMessage()), "correct the flag", e);
        }
        return list.getAllowedDevicesList().stream()
                .map(allowed -> Device.of(
                        Path.of(allowed.getDevice().getPath()),
                        allowed.getDevice().getPath(),
                        (allowed.getAccess().getRead() ? "r" : "")
                                + (allowed.getAccess().getWrite() ? "w" : "")
                                + (allowed.getAccess().getMknod() ? "m" : "")))
                .toList();
    }

    /**
     * A CapabilityInfo of mesos.proto, as JSON. Not by the codec of messages, which drops a name of an enum that it does
     * not know, as Mesos does.
     */
    private static Optional<Set<Capability>> capabilities(String flag, String json) {
        if (json == null) {
            return Optional.empty();
        }
        try {
            JsonNode names = JSON.readTree(json).path("capabilities");
            if (!names.isArray()) {
                throw new IllegalArgumentException("has no array \"capabilities\"");
            }
            List<String> texts = new ArrayList<>();
            names.forEach(name -> texts.add(name.asText()));
            return Optional.of(Capability.parse("capabilities", texts));
        } catch (JsonProcessingException e) {
            throw new StartupException(flag + "=" + json, "is not JSON: " + e.getOriginalMessage(), EXAMPLE, e);
        } catch (IllegalArgumentException e) {
            throw new StartupException(flag + "=" + json, String.valueOf(e.getMessage()), EXAMPLE, e);
        }
    }
}
