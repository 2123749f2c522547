from gpucheck.derive.cache import Cache
from gpucheck.derive.index import Index
from derive.small_index import *
import pytest
@pytest.mark.parametrize("form", ["json","html"])
def test_x(tmp_path, form):
    a=[]
    with small_index({"torch":[wheel("torch-2.8.0-cp312-cp312-manylinux_2_28_x86_64.whl",{"torch/version.py":"x=1"},requires_python=">=3.9")]},lists=form,asked=a) as address:
        i=Index(address,Cache(tmp_path)); f=i.files("torch"); print(f)
        with i.open(f[0]) as w: print(w.metadata(), w.member("torch/version.py"))
        print(a)
