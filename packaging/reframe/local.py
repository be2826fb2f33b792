"""ReFrame settings of one machine without a batch system: ranks are started by mpirun."""
site_configuration = {
    "systems": [{
        "name": "workstation",
        "descr": "this machine",
        "hostnames": [".*"],
        "partitions": [{
            "name": "local",
            "scheduler": "local",
            "launcher": "mpirun",
            "environs": ["default"],
            "max_jobs": 1,
        }],
    }],
    "environments": [{"name": "default"}],
}
