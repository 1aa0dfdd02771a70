package io.gatun.ipvs;

import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Virtual services with their backends: what the kernel has, or what is wanted.
 *
 * @param services by identity
 * @param backends by service; a service without backends has an empty list
 */
record IpvsState(Map<IpvsService.Key, IpvsService> services, Map<IpvsService.Key, List<VipBackend>> backends) {
    /** What a table asks for. */
    static IpvsState wanted(VipTable table, String scheduler) {
        Map<IpvsService.Key, IpvsService> services = new LinkedHashMap<>();
        Map<IpvsService.Key, List<VipBackend>> backends = new LinkedHashMap<>();
        for (Vip vip : table.vips()) {
            IpvsService service = new IpvsService(vip.protocol(), vip.address(), vip.port(), scheduler);
            services.put(service.key(), service);
            backends.put(service.key(), vip.backends());
        }
        return new IpvsState(services, backends);
    }

    /**
     * The changes that lead from this state to the other. Within a service, dead backends go before new ones come, so
     * that no connection made meanwhile can reach a task that has ended.
     */
    List<IpvsChange> changesTo(IpvsState wanted) {
        List<IpvsChange> changes = new ArrayList<>();
        for (IpvsService.Key key : services.keySet()) {
            if (!wanted.services.containsKey(key)) {
                changes.add(new IpvsChange.RemoveService(key));
            }
        }
        wanted.services.forEach((key, service) -> {
            IpvsService present = services.get(key);
            if (present == null) {
                changes.add(new IpvsChange.AddService(service));
            } else if (!present.scheduler().equals(service.scheduler())) {
                changes.add(new IpvsChange.SetScheduler(service));
            }
            backendChanges(key, wanted.backends.get(key), changes);
        });
        return changes;
    }

    private void backendChanges(IpvsService.Key key, List<VipBackend> wanted, List<IpvsChange> changes) {
        Map<Place, VipBackend> present = places(backends.getOrDefault(key, List.of()));
        Map<Place, VipBackend> desired = places(wanted);
        present.forEach((place, backend) -> {
            VipBackend other = desired.get(place);
            if (other == null) {
                changes.add(new IpvsChange.RemoveBackend(key, backend));
            } else if (other.weight() != backend.weight()) {
                changes.add(new IpvsChange.SetWeight(key, other));
            }
        });
        desired.forEach((place, backend) -> {
            if (!present.containsKey(place)) {
                changes.add(new IpvsChange.AddBackend(key, backend));
            }
        });
    }

    private static Map<Place, VipBackend> places(List<VipBackend> backends) {
        Map<Place, VipBackend> places = new LinkedHashMap<>();
        backends.forEach(backend -> places.put(new Place(backend.address(), backend.port()), backend));
        return places;
    }

    private record Place(Inet4Address address, int port) {}
}
