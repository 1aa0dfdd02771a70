package io.gatun.ipvs;

/** One difference between the wanted and the kernel's virtual services. */
sealed interface IpvsChange {
    /** The service that it is about. */
    IpvsService.Key key();

    record AddService(IpvsService service) implements IpvsChange {
        @Override
        public IpvsService.Key key() {
            return service.key();
        }
    }

    record SetScheduler(IpvsService service) implements IpvsChange {
        @Override
        public IpvsService.Key key() {
            return service.key();
        }
    }

    record RemoveService(IpvsService.Key key) implements IpvsChange {}

    record AddBackend(IpvsService.Key key, VipBackend backend) implements IpvsChange {}

    record SetWeight(IpvsService.Key key, VipBackend backend) implements IpvsChange {}

    record RemoveBackend(IpvsService.Key key, VipBackend backend) implements IpvsChange {}
}
