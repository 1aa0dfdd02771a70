package io.gatun.containerizer.network.cni;

import com.fasterxml.jackson.databind.JsonNode;
import io.gatun.isolator.DnsConfig;
import java.util.ArrayList;
import java.util.List;

/**
 * What ADD of the last plugin of a network said.
 *
 * @param addresses of the container, with prefix length
 * @param dns that it recommends
 */
record CniResult(List<String> addresses, DnsConfig dns) {
    static CniResult parse(JsonNode result) {
        List<String> addresses = new ArrayList<>();
        for (JsonNode ip : result.path("ips")) {
            addresses.add(ip.path("address").asText());
        }
        JsonNode dns = result.path("dns");
        List<String> search = new ArrayList<>(texts(dns.path("search")));
        if (search.isEmpty() && !dns.path("domain").asText().isEmpty()) {
            search.add(dns.path("domain").asText());
        }
        return new CniResult(
                List.copyOf(addresses),
                new DnsConfig(texts(dns.path("nameservers")), search, texts(dns.path("options"))));
    }

    /** The addresses without prefix length. */
    List<String> bareAddresses() {
        return addresses.stream()
                .map(address -> address.replaceFirst("/.*", ""))
                .toList();
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }
}
