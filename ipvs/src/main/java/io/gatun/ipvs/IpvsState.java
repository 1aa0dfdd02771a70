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
     * The changes that lead from this state to the other. Whatever takes connections away from a backend comes before all
     * that is new: a task that has ended waits for nobody.
     */
    List<IpvsChange> changesTo(IpvsState wanted) {
        List<IpvsChange> less = new ArrayList<>();
        List<IpvsChange> more = new ArrayList<>();
        for (IpvsService.Key key : services.keySet()) {
            if (!wanted.services.containsKey(key)) {
                less.add(new IpvsChange.RemoveService(key));
            }
        }
        wanted.services.forEach((key, service) -> {
            IpvsService present = services.get(key);
            if (present == null) {
                more.add(new IpvsChange.AddService(service));
            } else if (!present.scheduler().equals(service.scheduler())) {
                more.add(new IpvsChange.SetScheduler(service));
            }
            backendChanges(key, wanted.backends.get(key), less, more);
        });
        less.addAll(more);
        return less;
    }

    private void backendChanges(
            IpvsService.Key key, List<VipBackend> wanted, List<IpvsChange> less, List<IpvsChange> more) {
        Map<Place, VipBackend> present = places(backends.getOrDefault(key, List.of()));
        Map<Place, VipBackend> desired = places(wanted);
        present.forEach((place, backend) -> {
            VipBackend other = desired.get(place);
            if (other == null) {
                less.add(new IpvsChange.RemoveBackend(key, backend));
            } else if (other.weight() != backend.weight()) {
                (other.weight() < backend.weight() ? less : more).add(new IpvsChange.SetWeight(key, other));
            }
        });
        desired.forEach((place, backend) -> {
            if (!present.containsKey(place)) {
                more.add(new IpvsChange.AddBackend(key, backend));
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
