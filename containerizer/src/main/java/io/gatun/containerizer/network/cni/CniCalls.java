package io.gatun.containerizer.network.cni;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gatun.isolator.DnsConfig;
import io.gatun.isolator.NetworkConfig.Attachment;
import io.gatun.isolator.NetworkConfig.PortMapping;
import java.util.List;
import java.util.Set;

/** The commands for one network: its plugins in order, or in the opposite order. */
final class CniCalls {
    private final CniPlugins plugins;

    CniCalls(CniPlugins plugins) {
        this.plugins = plugins;
    }

    /**
     * The version for a network's plugins.
     *
     * @throws CniException when they and we have none in common
     */
    CniVersion version(CniList list) {
        List<Set<String>> spoken = list.plugins().stream()
                .map(plugin -> plugins.versions(list.name(), plugin.path("type").asText()))
                .toList();
        return CniVersion.agree(list.versions(), spoken)
                .orElseThrow(() -> new CniException(
                        "network " + list.name() + ": cniVersion=" + list.versions() + ": its plugins speak " + spoken
                                + ", Gatun speaks " + CniVersion.SPOKEN,
                        1));
    }

    /** What plugins are told beside their configuration: by capability, and in Mesos' own way. */
    static ObjectNode parameters(Attachment network, DnsConfig dns) {
        ObjectNode all = CniList.JSON.createObjectNode();
        ObjectNode runtime = all.putObject("runtimeConfig");
        ObjectNode info = all.putObject("args").putObject("org.apache.mesos").putObject("network_info");
        info.put("name", network.name());
        if (!network.ports().isEmpty()) {
            ArrayNode mappings = runtime.putArray("portMappings");
            ArrayNode mesos = info.putArray("port_mappings");
            for (PortMapping port : network.ports()) {
                mappings.addObject()
                        .put("hostPort", port.hostPort())
                        .put("containerPort", port.containerPort())
                        .put("protocol", port.protocol());
                mesos.addObject()
                        .put("host_port", port.hostPort())
                        .put("container_port", port.containerPort())
                        .put("protocol", port.protocol());
            }
        }
        if (!network.addresses().isEmpty()) {
            ArrayNode ips = runtime.putArray("ips");
            ArrayNode mesos = info.putArray("ip_addresses");
            network.addresses().forEach(address -> {
                ips.add(address);
                mesos.addObject().put("ip_address", address.replaceFirst("/.*", ""));
            });
        }
        if (!network.labels().isEmpty()) {
            ArrayNode labels = info.putObject("labels").putArray("labels");
            network.labels()
                    .forEach((key, value) -> labels.addObject().put("key", key).put("value", value));
        }
        if (!dns.equals(DnsConfig.DEFAULT)) {
            ObjectNode names = runtime.putObject("dns");
            dns.nameservers().forEach(names.putArray("servers")::add);
            dns.search().forEach(names.putArray("searches")::add);
            dns.options().forEach(names.putArray("options")::add);
        }
        return all;
    }

    /** ADD: each plugin gets the result of the one before it; the last one's is the network's. */
    JsonNode add(CniList list, CniVersion version, CniPlugins.Subject subject, ObjectNode parameters) {
        JsonNode result = null;
        for (ObjectNode plugin : list.plugins()) {
            result = plugins.call("ADD", subject, config(list, version, plugin, parameters, result));
        }
        return result;
    }

    /** CHECK: that what ADD made is still there. Does nothing where version or configuration has no such thing. */
    void check(CniList list, CniVersion version, CniPlugins.Subject subject, ObjectNode parameters, JsonNode result) {
        if (version.checks() && !list.disableCheck()) {
            for (ObjectNode plugin : list.plugins()) {
                plugins.call("CHECK", subject, config(list, version, plugin, parameters, result));
            }
        }
    }

    /**
     * DEL, the last plugin first. All are called, whatever becomes of the others.
     *
     * @param result of ADD; null when it did not come that far
     */
    void delete(CniList list, CniVersion version, CniPlugins.Subject subject, ObjectNode parameters, JsonNode result) {
        CniException failure = null;
        for (ObjectNode plugin : list.plugins().reversed()) {
            try {
                plugins.call(
                        "DEL", subject, config(list, version, plugin, parameters, version.checks() ? result : null));
            } catch (CniException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** The plugin's own configuration, and what the specification derives from the list and from the runtime. */
    private static ObjectNode config(
            CniList list, CniVersion version, ObjectNode plugin, ObjectNode parameters, JsonNode result) {
        ObjectNode config = plugin.deepCopy();
        config.remove(List.of("capabilities", "cniVersions", "disableCheck"));
        config.put("name", list.name()).put("cniVersion", version.text());
        ObjectNode runtime = CniList.JSON.createObjectNode();
        parameters.path("runtimeConfig").properties().forEach(parameter -> {
            if (plugin.path("capabilities").path(parameter.getKey()).asBoolean(false)) {
                runtime.set(parameter.getKey(), parameter.getValue());
            }
        });
        if (!runtime.isEmpty()) {
            config.set("runtimeConfig", runtime);
        }
        config.withObject("/args").setAll((ObjectNode) parameters.path("args"));
        if (result != null && !result.isMissingNode()) {
            config.set("prevResult", result);
        }
        return config;
    }
}
