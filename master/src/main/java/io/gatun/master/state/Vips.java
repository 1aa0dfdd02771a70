package io.gatun.master.state;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Addresses of virtual IPs by name, as they were settled first: whoever comes later with the same name is told the address
 * that stands, and nobody gets an address that another name has. Which address to propose is the nodes' affair.
 */
final class Vips {
    /** More than any range in use holds; what an operator forgets to remove stays. */
    static final int MAX_NAMES = 100_000;

    private static final int MAX_NAME = 253;
    private static final String OCTET = "(25[0-5]|2[0-4]\\d|1?\\d?\\d)";
    private static final Pattern IPV4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");

    private final World world;

    Vips(World world) {
        this.world = world;
    }

    /** Takes over what is free of the proposals, by name. */
    Answer settle(Map<String, String> proposals) {
        for (Map.Entry<String, String> proposal : proposals.entrySet()) {
            Optional<String> invalid = invalid(proposal.getKey(), proposal.getValue());
            if (invalid.isPresent()) {
                return Answer.badRequest(invalid.get());
            }
        }
        proposals.forEach((name, address) -> {
            if (!world.vips.containsKey(name)
                    && !world.vipNames.containsKey(address)
                    && world.vips.size() < MAX_NAMES) {
                world.vips.put(name, address);
                world.vipNames.put(address, name);
                world.out.persist(Records.vip(name, address));
            }
        });
        return Answer.OK;
    }

    /** Frees the address of a name. */
    Answer remove(String name) {
        String address = world.vips.remove(name);
        if (address == null) {
            return Answer.notFound("No address is settled for name '" + name + "'");
        }
        world.vipNames.remove(address);
        world.out.persist(Records.vipRemoved(name));
        return Answer.OK;
    }

    private static Optional<String> invalid(String name, String address) {
        if (name.isEmpty() || name.length() > MAX_NAME) {
            return Optional.of("name '" + name + "' has " + name.length() + " characters, must have 1 to " + MAX_NAME);
        }
        return IPV4.matcher(address).matches()
                ? Optional.empty()
                : Optional.of("address '" + address + "' of name '" + name + "' is no IPv4 address");
    }
}
