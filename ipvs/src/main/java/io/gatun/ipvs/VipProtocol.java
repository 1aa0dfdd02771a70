package io.gatun.ipvs;

/** Transport of a virtual IP; {@link #number} is the IP protocol number, netinet/in.h. */
public enum VipProtocol {
    TCP("tcp", 6),
    UDP("udp", 17);

    private final String label;
    private final int number;

    VipProtocol(String label, int number) {
        this.label = label;
        this.number = number;
    }

    /** "tcp" or "udp". */
    public String label() {
        return label;
    }

    /** IPPROTO_TCP (6) or IPPROTO_UDP (17). */
    public int number() {
        return number;
    }
}
