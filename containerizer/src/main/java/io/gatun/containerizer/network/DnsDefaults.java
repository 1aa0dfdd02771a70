package io.gatun.containerizer.network;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gatun.isolator.DnsConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Mesos' {@code --default_container_dns}: name servers by network, for containers that are told nothing else.
 *
 * @param any for networks that are not named
 * @param byNetwork by name
 */
public record DnsDefaults(Optional<DnsConfig> any, Map<String, DnsConfig> byNetwork) {
    /** The host's name servers for all. */
    public static final DnsDefaults NONE = new DnsDefaults(Optional.empty(), Map.of());

    private static final String FLAG = "default_container_dns";

    public DnsDefaults {
        byNetwork = Map.copyOf(byNetwork);
    }

    /**
     * Reads the flag: {@code {"mesos": [{"network_mode": "CNI", "network_name": "net1", "dns": {"nameservers": [...], "search":
     * [...], "options": [...]}}]}}; without a network_name it is for all networks. Other keys (docker) are not for us.
     *
     * @throws IllegalArgumentException naming the flag and the rule
     */
    public static DnsDefaults parse(String json) {
        JsonNode document;
        try {
            document = new ObjectMapper().readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(FLAG + ": is not JSON: " + e.getOriginalMessage(), e);
        }
        Optional<DnsConfig> any = Optional.empty();
        Map<String, DnsConfig> byNetwork = new HashMap<>();
        for (JsonNode entry : document.path("mesos")) {
            if (!entry.path("network_mode").asText().equals("CNI")) {
                throw new IllegalArgumentException(
                        FLAG + ": network_mode=" + entry.path("network_mode").asText() + ": must be CNI");
            }
            JsonNode dns = entry.path("dns");
            DnsConfig config = new DnsConfig(
                    texts(dns.path("nameservers")), texts(dns.path("search")), texts(dns.path("options")));
            String name = entry.path("network_name").asText();
            boolean twice = name.isEmpty() ? any.isPresent() : byNetwork.put(name, config) != null;
            if (twice) {
                throw new IllegalArgumentException(FLAG + ": network_name=" + name + ": is there twice");
            }
            any = name.isEmpty() ? Optional.of(config) : any;
        }
        return new DnsDefaults(any, byNetwork);
    }

    /** For containers on a network. */
    DnsConfig of(String network) {
        return Optional.ofNullable(byNetwork.get(network)).or(() -> any).orElse(DnsConfig.DEFAULT);
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }
}
