package io.gatun.ipvs;

/** Whether virtual IPs work on this node. */
public sealed interface VipStatus {
    /** One line for people. */
    String text();

    /**
     * Connections to virtual IPs are forwarded.
     *
     * @param interfaceName the interface that holds the addresses
     */
    record On(String interfaceName) implements VipStatus {
        @Override
        public String text() {
            return "VIPs are on (IPVS, addresses on " + interfaceName + ")";
        }
    }

    /**
     * Nothing is forwarded; names still resolve.
     *
     * @param reason what is missing and what to do about it
     */
    record Off(String reason) implements VipStatus {
        @Override
        public String text() {
            return "VIPs are off: " + reason;
        }
    }
}
